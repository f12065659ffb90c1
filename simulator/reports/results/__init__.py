"""Python interface: functions that play experiments, and their results as tables. One file per experiment."""
