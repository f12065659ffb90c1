"""Page of an explanation: the share of each cause in the waiting of customers."""

from __future__ import annotations

from simulator.experiments.explaining.cause_shares import Explanation
from simulator.reports.charts.cause_waterfall import attributions, cause_meanings, cause_waterfall
from simulator.reports.files.manifest import RunFacts
from simulator.reports.pages.document import Page, PageSection, render
from simulator.reports.pages.page_foot import facts, foot
from simulator.reports.wording.explanation_sentences import reasons
from simulator.scenario.fingerprint import fingerprint


def explanation_page(explanation: Explanation, how: RunFacts) -> str:
    """Render an explanation, with the facts of its run, as an HTML page."""
    scenario, alternative = explanation.scenario, how.alternative
    steps, added = cause_waterfall(explanation), attributions(explanation)
    sections = []
    if steps is not None:
        sections.append(PageSection("From none of the causes to all of them", [steps]))
    if added is not None:
        sections.append(PageSection("What each cause adds", [added]))
    if explanation.causes:
        sections.append(
            PageSection("The causes", table=cause_meanings(explanation), words=_method(explanation))
        )
    return render(
        Page(
            kind="Explanation: why did customers wait?",
            title=f"{scenario.name} · {alternative}" if alternative else scenario.name,
            question=scenario.question or "",
            lead=reasons(explanation),
            facts=facts([scenario.run], explanation.replications),
            sections=sections,
            foot=foot(
                scenario=scenario.name,
                fingerprint=fingerprint(scenario),
                seed=scenario.run.seed,
                replications=explanation.replications,
                circumstances=how,
                further=(("Method", f"Shapley values, {explanation.method}"),),
            ),
        )
    )


def _method(explanation: Explanation) -> str:
    """Describe the method by which the joint effect of the causes was divided among them."""
    count = len(explanation.played)
    if len(explanation.playing) < 2:
        return "The scenario was played with and without the cause, before the same customers."
    some = f"All {count}" if explanation.permutations is None else f"{count}"
    return (
        f"{some} combinations of the causes, each on or off, were played before the same customers. A cause is "
        "given what it adds on average over the sequences in which causes can come (its Shapley value), so that all "
        "add up."
    )
