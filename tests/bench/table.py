"""The table: medians of interleaved rounds with their spread, ratios to the floor, and whether targets are met."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from tests.bench.figures import Figure, Plan, Target, figures
from tests.bench.rounds import Round

Results = Mapping[str, Sequence[Round]]
"""The rounds of each subject, by its title; the floor is the first."""


def table(results: Results, plan: Plan) -> list[str]:
    """The lines of a Markdown table."""
    titles = list(results)
    floors = [title for title in titles if title.startswith("floor")]
    rows = [["figure", *titles, *(f"gateway / {floor}" for floor in floors), "target", "met?"]]
    for figure in figures(plan):
        cells = [_cell(figure, _values(figure, results[title])) for title in titles]
        ratios = [_ratio(_ratios(figure, results, floor)) for floor in floors]
        verdict = _verdict(figure, results) if plan.full else ""
        rows.append([f"{figure.label}, {figure.unit}", *cells, *ratios, target(figure), verdict])
    return _aligned(rows)


def missed(results: Results, plan: Plan) -> list[str]:
    """What was asked for and not reached, in words."""
    found = []
    for figure in figures(plan):
        if _verdict(figure, results) == "MISSED":
            cell, ratio = _cell(figure, _values(figure, results["gateway"])), _ratio(_ratios(figure, results, "floor"))
            found.append(f"{figure.label}: {cell} {figure.unit}, {ratio} x floor; asked is {target(figure)}")
    return found


def errors(results: Results) -> list[str]:
    """How many answers were looked at, and every one that was not the right one."""
    counts: Counter[str] = Counter()
    for title, rounds in results.items():
        for one in rounds:
            counts.update({f"{title}: {fault}": number for fault, number in one.errors.items()})
    answers = sum(one.answers for rounds in results.values() for one in rounds)
    return [f"answers looked at: {answers:,}; errors: {sum(counts.values())}"] + [
        f"  {number} x {fault}" for fault, number in counts.most_common()
    ]


def target(figure: Figure) -> str:
    """What is asked of a figure."""
    bound = f"{figure.bound:g}"
    match figure.target:
        case Target.NONE:
            return ""
        case Target.BELOW:
            return f"< {bound} {figure.unit}"
        case Target.NEVER_ABOVE:
            return f"never > {bound} {figure.unit}"
        case Target.RATIO_AT_MOST:
            return f"<= {bound} x floor"
        case Target.RATIO_AT_LEAST:
            return f">= {bound} x floor"


def _verdict(figure: Figure, results: Results) -> str:
    if figure.target is Target.NONE:
        return ""
    values, ratios = _values(figure, results["gateway"]), _ratios(figure, results, "floor")
    good = {
        Target.BELOW: median(values) < figure.bound,
        Target.NEVER_ABOVE: max(values) <= figure.bound,
        Target.RATIO_AT_MOST: median(ratios) <= figure.bound,
        Target.RATIO_AT_LEAST: median(ratios) >= figure.bound,
    }[figure.target]
    return "met" if good else "MISSED"


def _values(figure: Figure, rounds: Sequence[Round]) -> list[float]:
    return [one.figures[figure.key] for one in rounds if figure.key in one.figures]


def _ratios(figure: Figure, results: Results, floor: str) -> list[float]:
    """Each round of the gateway against the floor's round that ran beside it; none where that floor has no such row."""
    pairs = zip(_values(figure, results["gateway"]), _values(figure, results[floor]), strict=False)
    return [mine / its for mine, its in pairs if its > 0]


def _cell(figure: Figure, values: Sequence[float]) -> str:
    """Median and spread."""
    if not values:
        return ""
    middle, low, high = (f"{value:.{figure.digits}f}" for value in (median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low}-{high})"


def _ratio(ratios: Sequence[float]) -> str:
    return f"{median(ratios):.2f}" if ratios else ""


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
