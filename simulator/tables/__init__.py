"""Data files of any kind (CSV, workbook, Parquet), read as columns of text with line numbers."""
