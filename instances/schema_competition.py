"""The tables of a mini-competition: ``competition.toml``, and the sheets of bidders and panel."""

from __future__ import annotations

from instances.amounts import Hours, Minutes, Money, Whole
from instances.cells import SECTOR, InOrder, ListOf, OneOf, Text, YesNo
from instances.columns import Column, Table
from instances.dates import Day, Moment
from instances.schema_batches import BATCHES as MADE
from optimiser.competition.competition import Act, PriceUnit, TieBreak
from optimiser.competition.scoring import PriceFormula

_NAMES = ListOf(Text())
_PERCENT = Whole(low=0, high=100, unit="%")
_WEEK = 168 * 60

COMPETITION = Table(
    name="competition",
    says="What is put to bidders, and how it is decided.",
    key=(),
    columns=(
        Column(name="name", kind=Text(), says="Of the competition."),
        Column(name="deadline", kind=Moment(), says="After which no bid counts."),
        Column(name="source", kind=Text(), says="Where it is published.", default="", optional=True),
        Column(name="price_weight", kind=_PERCENT, says="Of the total score."),
        Column(name="price_formula", kind=OneOf(PriceFormula), says="How prices become points."),
        Column(
            name="floor", kind=Money(low=5, high=100), says="Below which care cannot be sustained, an hour."
        ),
        Column(name="ceiling", kind=Money(low=5, high=100), says="Above which no bid is taken, an hour."),
        Column(
            name="travel_weight",
            kind=_PERCENT,
            says="Of the total score; only if the tender documents allow it.",
            default=0,
            optional=True,
        ),
        Column(
            name="travel_allowed_by",
            kind=Text(),
            says="Where the tender documents let travel count.",
            default="",
            optional=True,
        ),
        Column(
            name="travel_hour",
            kind=Money(low=0, high=100),
            says="What an hour on the road costs.",
            default=1800,
            optional=True,
        ),
        Column(
            name="unawarded_points",
            kind=Whole(low=0, high=100),
            says="What an hour that goes to nobody costs, in points: awards below this are not worth having.",
            default=0,
            optional=True,
        ),
        Column(
            name="tie_rule",
            kind=InOrder(OneOf(TieBreak)),
            says="What decides between award sets of the same worth.",
            default=(TieBreak.QUALITY, TieBreak.PRICE, TieBreak.DRAW),
            optional=True,
        ),
        Column(
            name="draw_seed",
            kind=Whole(low=0, high=2**31),
            says="Of the draw, made known before bids are opened.",
            default=None,
            optional=True,
        ),
        Column(
            name="most_bundles",
            kind=Whole(low=0, high=100),
            says="Bundle bids a provider may make (rule B7).",
            default=3,
            optional=True,
        ),
    ),
)

CRITERIA = Table(
    name="criteria",
    says="One criterion of quality.",
    key=("code",),
    may_be_empty=True,
    columns=(
        Column(name="code", kind=Text(), says="Of the criterion."),
        Column(name="weight", kind=_PERCENT, says="Of the total score."),
        Column(name="scale", kind=Whole(low=1, high=100), says="The best score.", default=5, optional=True),
        Column(
            name="least",
            kind=_PERCENT,
            says="Share of the scale below which a bid falls out.",
            default=None,
            optional=True,
        ),
    ),
)

BATCHES = Table(
    name="batches",
    says="One batch, awarded whole; in `competition.toml`, or `batches.csv` as `carerounds batch` leaves it.",
    key=("batch_id",),
    passed_over=tuple(
        name for name in MADE.headings if name not in ("batch_id", "lot_code", "weekly_hours", "sectors")
    ),
    columns=(
        Column(name="batch_id", kind=Text(), says="Identifier."),
        Column(name="lot_code", kind=Text(), says="Lot it belongs to."),
        Column(
            name="locality",
            kind=Text(),
            says="Locality it lies in; the lot where empty.",
            default=None,
            optional=True,
        ),
        Column(name="weekly_hours", kind=Hours(low=0.25, high=100_000), says="Hours of care a week."),
        Column(
            name="floor",
            kind=Money(low=5, high=100),
            says="In place of the competition's.",
            default=None,
            optional=True,
        ),
        Column(
            name="ceiling",
            kind=Money(low=5, high=100),
            says="In place of the competition's.",
            default=None,
            optional=True,
        ),
        Column(
            name="sectors",
            kind=ListOf(SECTOR),
            says="Postcode sectors, for the map.",
            default=frozenset(),
            optional=True,
        ),
    ),
)

BIDDERS = Table(
    name="bidders",
    says="One provider who may bid.",
    key=("provider_id",),
    columns=(
        Column(name="provider_id", kind=Text(), says="Provider."),
        Column(name="name", kind=Text(), says="As its letter addresses it.", default="", optional=True),
        Column(name="tier", kind=Text(), says="Tier it belongs to.", default="", optional=True),
        Column(name="lots", kind=_NAMES, says="Lots it is admitted to."),
        Column(
            name="is_small",
            kind=YesNo(),
            says="Whether it counts for the reserve for small providers.",
            default=False,
            optional=True,
        ),
    ),
)

CAPS = Table(
    name="caps",
    says="What no award set may break (rules B8 and B9).",
    key=(),
    optional=True,
    columns=(
        Column(
            name="most_lots",
            kind=Whole(low=1, high=1000),
            says="Of any one bidder.",
            default=None,
            optional=True,
        ),
        Column(
            name="most_batches",
            kind=Whole(low=1, high=1000),
            says="Of any one bidder.",
            default=None,
            optional=True,
        ),
        Column(
            name="most_share",
            kind=Whole(low=1, high=100, unit="%"),
            says="Of all hours, that any one bidder may have.",
            default=None,
            optional=True,
        ),
        Column(
            name="two_in_a_locality",
            kind=YesNo(),
            says="Whether no bidder may have all batches of a locality that has two or more.",
            default=False,
            optional=True,
        ),
        Column(
            name="small_reserve",
            kind=_PERCENT,
            says="Of the hours awarded, for small providers.",
            default=None,
            optional=True,
        ),
    ),
)

BANDS = Table(
    name="bands",
    says="Share of the hours awarded that a tier is to have.",
    key=("tier",),
    optional=True,
    may_be_empty=True,
    columns=(
        Column(name="tier", kind=Text(), says="Tier of the bidders."),
        Column(name="least", kind=_PERCENT, says="At the least.", default=0, optional=True),
        Column(name="most", kind=_PERCENT, says="At the most.", default=100, optional=True),
    ),
)

DISCLOSURE = Table(
    name="disclosure",
    says="What a letter may say beyond the bidder's own; never a rival's price.",
    key=(),
    optional=True,
    columns=(
        Column(name="winners_named", kind=YesNo(), says="Who won each batch.", default=False, optional=True),
        Column(
            name="quality_shown",
            kind=YesNo(),
            says="The winner's points for quality.",
            default=False,
            optional=True,
        ),
        Column(
            name="margins_shown",
            kind=YesNo(),
            says="How far the bidder's own bids fall short, which can help to guess a rival's price.",
            default=False,
            optional=True,
        ),
    ),
)

OVERRIDES = Table(
    name="overrides",
    says="A person's decision, with who took it and why.",
    key=("act", "on"),
    optional=True,
    may_be_empty=True,
    columns=(
        Column(
            name="act",
            kind=OneOf(Act),
            says="What was decided: `exclude` or `confirm` a bid, `award` a batch.",
        ),
        Column(name="on", kind=Text(), says="Bid, or batch."),
        Column(name="who", kind=Text(), says="Who decided."),
        Column(name="why", kind=Text(), says="Why."),
        Column(name="when", kind=Day(), says="On which day.", default=None, optional=True),
    ),
)

BIDS = Table(
    name="bids",
    says="One sealed bid.",
    key=("bid_id",),
    columns=(
        Column(name="bid_id", kind=Text(), says="Identifier."),
        Column(name="provider_id", kind=Text(), says="Who bids.", refers_to="bidders"),
        Column(name="batch_ids", kind=_NAMES, says="Batches asked for, all or none.", refers_to="batches"),
        Column(
            name="price",
            kind=Money(low=0, high=10_000_000),
            says="For an hour, or a week of everything asked for.",
        ),
        Column(
            name="price_unit",
            kind=OneOf(PriceUnit),
            says="Hour or week.",
            default=PriceUnit.HOUR,
            optional=True,
        ),
        Column(
            name="xor_group",
            kind=Text(),
            says="Set of bids of which at most one may be accepted.",
            default=None,
            optional=True,
        ),
        Column(
            name="min_subset",
            kind=Whole(low=1, high=1000),
            says="How many of its batches will do, at the same price an hour; empty for all.",
            default=None,
            optional=True,
        ),
        Column(
            name="max_hours",
            kind=Hours(low=0.25, high=100_000),
            says="Hours a week the provider can take in all; the same on each of its bids that says so.",
            default=None,
            optional=True,
        ),
        Column(name="received", kind=Moment(), says="When it came in.", default=None, optional=True),
    ),
)

QUALITY = Table(
    name="quality",
    says="One evaluator's score of one provider by one criterion.",
    key=("provider_id", "criterion", "evaluator"),
    may_be_empty=True,
    columns=(
        Column(name="provider_id", kind=Text(), says="Who is scored.", refers_to="bidders"),
        Column(name="criterion", kind=Text(), says="By what.", refers_to="criteria"),
        Column(name="evaluator", kind=Text(), says="By whom; initials or a role will do."),
        Column(name="score", kind=Whole(low=-1_000, high=1_000), says="From 0 to the criterion's scale."),
    ),
)

TRAVEL = Table(
    name="travel",
    says="What carers' rounds travel for batches served together; each batch alone is a line too. Left out "
    "where `compete --market` makes it from rounds.",
    key=("batch_ids",),
    optional=True,
    may_be_empty=True,
    columns=(
        Column(
            name="batch_ids",
            kind=_NAMES,
            says="Batches whose rounds were built together.",
            refers_to="batches",
        ),
        Column(name="weekly_minutes", kind=Minutes(low=0, high=100 * _WEEK), says="Travel a week."),
        Column(name="source", kind=Text(), says="How it was found; not read.", default="", optional=True),
    ),
)

LISTS = (CRITERIA, BATCHES, BIDDERS, BANDS, OVERRIDES)
SINGLES = (CAPS, DISCLOSURE)
SHEETS = (BIDS, QUALITY, TRAVEL)
COMPETITION_TABLES = (COMPETITION, *LISTS, *SINGLES, *SHEETS)
