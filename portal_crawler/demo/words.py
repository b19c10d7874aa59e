"""Words: who, where and what the demo portal's English stories are about, section by section.

Slots are filled by ``prose``: ``{place}``, ``{n}`` (2 to 97), ``{big}`` (thousands), ``{month}``, ``{ord}``, ``{season}``,
``{day}``, ``{who}``, ``{trait}``. All of it is made up; many words are those of menus (Weather, Culture, Government).
"""

from __future__ import annotations

WHO = (
    "the valley's council", "a group of nine engineers", "the ferry company", "the ministry of water", "the harbour office",
    "teachers from three villages", "the young mayor of Linhe", "an old boatman", "farmers on the eastern bank",
    "the provincial museum", "a visiting delegation", "the chamber of commerce", "the weather bureau", "a team of doctors",
    "the railway administration", "the foreign office", "the institute of delta studies", "two retired editors",
    "the tea growers' union", "the environment agency", "a panel of economists", "the village women's league",
    "the state library", "the customs house", "the swimming association", "the culture department", "a Nordic expert",
    "the government's working party", "the people of the upper towns", "the science academy", "the travel bureau",
    "the deputy director of the observatory", "the county hospital", "a professor of hydrology", "the fishing cooperative",
    "the committee for old buildings", "a spokeswoman for the airport", "the river police", "the bank of the delta",
    "the youth orchestra", "a widow from Salt Creek", "the translators' guild", "the forestry station", "the housing office",
    "the night school", "a collector of porcelain", "the consul of a coastal republic", "the grain exchange", "the union of porters",
)  # fmt: skip
SAID = (
    "said on {day}", "told reporters on {day}", "announced in {place}", "confirmed in writing", "wrote in an open letter",
    "found after {n} weeks of work", "warned on {day}", "agreed after long talks in {place}", "explained to a full hall",
    "noticed before anyone else", "insisted", "admitted at a meeting in {place}", "learned from {n} families",
    "told this paper", "declared at the opening of a school in {place}", "reported to the assembly", "argued on the radio",
    "repeated in {month}", "recalled over tea", "stressed", "concluded from {n} samples", "promised a crowd in {place}",
)  # fmt: skip
# Statements by section; each holds at least two slots, so that there are many of each.
FACTS = {
    "china": (
        "the new bridge at {place} would open before the {season} of its {ord} year",
        "{n} of every hundred households in {place} now owned a telephone", "no village within {n} miles of {place} would be moved",
        "the census had missed {n} fishing boats near {place}", "{n} kilometres of road between {place} and the coast were ready",
        "the county of {place} had built {n} schools since {month}", "the flood wall at {place} had held for {n} days",
        "{big} people had moved back to {place} before {month}", "the {ord} train of the day stopped at {place} for {n} minutes",
    ),
    "international": (
        "talks with the League of Ports would resume in {place} by {month}", "the embassy in {place} had received {big} letters",
        "{n} governments had signed the treaty of {place}", "a {ord} round of talks in {place} might follow in {month}",
        "observers from {n} countries had landed at {place}", "the border post near {place} would be open {n} hours a day",
        "the two sides in {place} still disagreed on {n} articles of the draft", "aid worth {big} crowns had reached {place}",
        "the mission of {n} peacekeepers would leave {place} in {month}",
    ),
    "BAT": (
        "rice prices in {place} had fallen by {n} percent since {month}", "trade with {place} had grown to {big} million",
        "the railway would carry {big} tons of grain to {place} each year", "exports of silk from {place} rose by {n} percent",
        "the price of a ferry ticket to {place} would rise by {n} cents", "investors had put {big} crowns into the market of {place}",
        "{n} banks in {place} offered loans for farm machines", "tariffs on tea from {place} would fall by {n} percent in {month}",
        "a factory in {place} had sold {big} bicycles by {month}",
    ),
    "culture": (
        "a film about {place} would be shown in {n} countries", "the {ord} exhibition of river painting drew {big} guests",
        "the old opera of {place} had found {n} young singers", "the museum of {place} had bought {n} bronze bells",
        "{big} visitors had come to the night market of {place}", "a novel set in {place} had been printed {n} times",
        "the lantern fair of {place} would last {n} evenings", "{n} masks from {place} belonged to the {ord} dynasty",
        "the choir of {place} would sing {n} songs in {month}",
    ),
    "government": (
        "a law on the wetlands of {place} was needed by {month}", "the assembly would vote on {n} bills before {month}",
        "the office in {place} had answered {big} petitions", "{n} officials from {place} had been replaced in {month}",
        "the budget of {place} would grow by {n} percent", "the {ord} white paper on {place} ran to {n} chapters",
        "every clerk in {place} had to pass {n} tests", "the reform in {place} would save {big} crowns by {month}",
        "the working party in {place} had met {n} times since {month}",
    ),
    "scitech": (
        "{n} schools near {place} would be connected to the network", "a satellite had measured the delta near {place} {n} times",
        "the laboratory in {place} had tested {big} seeds", "a {ord} telescope would be built above {place} by {month}",
        "engineers in {place} had halved the cost of {n} pumps", "a new vaccine had been tried on {n} volunteers in {place}",
        "the computer in {place} could store {big} maps", "a robot from {place} had repaired {n} locks since {month}",
        "{n} students in {place} had written the {ord} program of its kind",
    ),
    "environment": (
        "the water level at {place} had risen by {n} centimetres", "the air above {place} was {n} percent cleaner than in {month}",
        "{n} species of birds had returned to {place}", "the dam's {ord} gate near {place} needed repair",
        "{big} trees had been planted around {place} since {month}", "the mill at {place} must filter its water by {month}",
        "the fishing ban near {place} would last {n} months", "heavy weather had damaged {n} dykes near {place}",
        "waste from {place} had fallen by {n} percent",
    ),
    "Life": (
        "health insurance in {place} would reach {big} people by {month}", "students in {place} should learn to swim before the {ord} grade",
        "{n} of a hundred couples in {place} had met at the ferry", "a flat in {place} now cost {n} monthly wages",
        "the clinic of {place} had treated {big} patients since {month}", "grandparents in {place} looked after {n} percent of the children",
        "the team from {place} had won its {ord} match by {n} points", "cooks in {place} knew {n} ways to steam a carp",
        "the old quarter of {place} had only {n} telephones left to connect",
    ),
    "people": (
        "she had taught {n} children in {place} to read", "he had walked from {place} to the coast in {n} days",
        "her {ord} book about {place} had taken {n} years", "his workshop in {place} had repaired {big} clocks",
        "the twins from {place} had rowed {n} races", "her grandfather had built {n} boats in {place}",
        "he had left {place} with {n} coins in his pocket", "she had refused the {ord} offer to leave {place}",
        "the painter from {place} had given away {n} pictures",
    ),
    "travel": (
        "hotels in {place} were booked for {n} weeks", "the night boat to {place} now had {n} cabins",
        "{big} travellers had visited {place} before {month}", "the path above {place} had {n} steps and a tea house",
        "a room in {place} cost {n} crowns in {month}", "the {ord} guide to {place} named {n} temples",
        "the cable car at {place} would carry {big} guests a year", "visitors to {place} should bring a coat until {month}",
        "the springs near {place} were {n} degrees warm",
    ),
    "opinion": (
        "the debate about {place} had lasted {n} months too long", "{n} percent of the readers in {place} wanted a say",
        "no plan for {place} had survived its {ord} winter", "the newspapers of {place} had printed {big} letters on the subject",
        "the cost for {place} would be paid over {n} years", "schools in {place} needed {n} more teachers before the {season}",
        "every {ord} child in {place} lived far from a library", "trust in the banks of {place} had fallen by {n} points",
        "the lesson of {place} had been forgotten in {n} weeks",
    ),
}  # fmt: skip
TURNS = (
    "Few people in the tea houses of {place} disagreed with those {n} pages of arguments.",
    "The figures for {month} are not yet complete, but {n} offices around {place} have answered.",
    "It is more than anyone in {place} had dared to hope {n} years ago.",
    "The view is shared on both sides of the water, from {place} to the {ord} lock.",
    "It may take {n} months longer than planned, as the road to {place} shows.",
    "The minutes of the meeting in {place} run to {n} pages and leave little doubt.",
    "That alone would be worth the journey to {place} for {big} travellers.",
    "Culture, weather and trade have always gone together in {place}, {n} witnesses agreed.",
    "Since {month} the government has spent {big} crowns on books and boats for {place}.",
    "Whoever walks along the quay of {place} in {month} can see {n} examples of it.",
    "By {day} evening {n} boats lay at the quay of {place}.",
    "The library of {place} keeps {big} documents from that time.",
    "In {month} there was no such {trait} in {place}; today there are {n} cases of it.",
    "Nobody counted, yet {n} names stand on the list that hangs in {place}.",
    "The rest of the {trait} will follow in {month}, {n} days after the fair in {place}.",
)  # fmt: skip
PLACES = (
    "Linhe", "Upper Shan", "Old Ferry", "Baisha", "the delta", "Three Lakes", "Qingshui", "the harbour", "Northgate", "Yulin Pass",
    "East Bank", "the capital", "Willow Island", "Stone Bridge", "Hongtan", "Jade Terrace", "Lower Wan", "the free port", "Dragon Bend",
    "Maple Hill", "Salt Creek", "the border town of Tuoli", "Silver Bay", "Heron Marsh", "Xiaping", "Lotus Hollow", "Ninefold",
    "Copper Gate", "the old capital", "Reed Village", "Sandy Point", "Meiling", "the upper lock", "Fox Ferry", "Port Anping", "Tiger Leap",
)  # fmt: skip
TRAITS = (
    "patience", "courage", "doubt", "progress", "cooperation", "order", "curiosity", "openness", "caution", "thrift", "candour",
    "friendship", "discipline", "imagination", "tolerance", "pride",
)  # fmt: skip
THINGS = (
    "river trade", "bird reserve", "ferry line", "school reform", "dam project", "tea harvest", "museum night", "flood wall",
    "railway yard", "fishing ban", "clean water plan", "swimming contest", "silk fair", "health insurance", "film week", "weather station",
    "travel season", "telephone network", "grain store", "culture festival", "science prize", "government bond", "book market",
    "peace treaty", "night train", "opera house", "census", "lantern fair", "vaccine trial", "border market", "rice reserve",
)  # fmt: skip
HEADS = (
    "{who} {verb} {thing} in {place}", "{thing} {verb2} {n} Percent in {place}", "{place} Opens Its {ord} {thing}",
    "{n} Villages Near {place} {verb3} {thing}", "{who} on {thing}: {n} Questions", "Why {place} Needs {thing}, and {n} Doubts",
    "{place}, {n} Years After the {thing}", "{thing} Brings {big} Visitors to {place}", "No {thing} for {place} Until {month}",
    "From {place} to {place2} in {n} Days", "{place} and {place2} Share {thing}", "{thing}: What {place} Learned in {month}",
)  # fmt: skip
FIRST_NAMES = (
    "Liu",
    "Anna",
    "Chen",
    "Marta",
    "Zhao",
    "Peter",
    "Sun",
    "Meihua",
    "Tom",
    "Ingrid",
    "Wei",
    "Rosa",
    "Karel",
    "Lan",
)
LAST_NAMES = (
    "Wenhai",
    "Lindqvist",
    "Yuming",
    "Kovacs",
    "Lan",
    "Holm",
    "Kai",
    "Barker",
    "Torres",
    "Osei",
    "Novak",
    "Mori",
    "Dahl",
)
POSTS = (
    "a research fellow with the Institute of Delta Studies", "a professor of law at Linhe University",
    "a former ambassador to the League of Ports", "a columnist of this website", "the editor of the Valley Daily",
    "an economist at the Bank of the Delta", "a guest researcher at the College of Diplomacy",
)  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "ninth", "tenth", "twelfth", "fifteenth")
SEASONS = ("autumn floods", "spring fair", "rains", "holidays", "harvest", "winter session")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
