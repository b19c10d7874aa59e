"""Common words: of the languages of news portals, by script; data for ``page.language``.

Function words in the main, each a word of as few of the other languages as can be.
"""

# ruff: noqa: RUF001 - words in Cyrillic script are meant as such

from __future__ import annotations

_TEXTS: dict[str, dict[str, str]] = {
    "latin": {
        "en": (
            "the of and to in a is that for on with as was by it from at he his be are has have said will an "
            "its not but they this which"
        ),
        "fr": (
            "le la les des et de du un une en est que qui dans pour par sur au aux ce pas plus avec ne se "
            "sont il elle ont sa ses"
        ),
        "de": (
            "der die das und in den von zu mit ist auf des im nicht ein eine dem sich auch es an als für "
            "wird sie hat bei nach aus zum werden"
        ),
        "es": (
            "el la los las de y en que del un una por con para se su al es como más fue lo ha sus pero son "
            "este está también"
        ),
        "pt": (
            "o a os as de e do da dos das em no na que um uma para com por se não mais foi ao como é são sua "
            "seu pelo também"
        ),
        "it": (
            "il la i gli le di e che del della dei in un una per con non si è da al sono più nel alla ha "
            "anche come lo delle"
        ),
        "nl": (
            "de het een van en in is dat op te zijn met voor niet aan er om ook als bij maar door naar uit "
            "worden werd heeft"
        ),
        "pl": "w i na z do się nie jest że o to jak za po od przez dla co są był oraz tym ale jego ma tak",
        "sv": "och i att det som en på är av för med den till har inte om ett han de var från vid",
        "tr": (
            "ve bir bu için ile da de olarak çok daha gibi olan sonra kadar ne en o olduğu tarafından dedi söyledi "
            "göre ancak yeni ise iki ama her var diye oldu"
        ),
        "cs": "se je že který která které byl byla jsou ve při podle jeho jako také však až pro už být by aby bude",
        "ro": "și în care din fost sunt este pentru prin lui mai cu pe au după să că între acest această",
        "hu": "az és hogy nem egy volt már csak szerint után között meg mint kell még pedig ezt azt lesz",
        "fi": "ja on ei että oli myös mutta hän joka kun mukaan sekä ovat jo tai vuoden ole jotta olla",
        "da": "og i at det er en til på som af for med den har ikke der var fra et blev efter også",
        "nb": "og i at det er en til på som av for med den har ikke var fra et ble etter også",
        "vi": "và của các có trong được cho với một là đã không những này đến từ khi",
        "id": "yang dan di dari untuk dengan pada ini itu dalam tidak akan ke juga oleh sebagai telah adalah",
    },
    "cyrillic": {
        "ru": "и в не на что с по как из у за от о для это так же к был или его",
        "uk": "і та в у на що не з до від за про як це для є його або",
        "bg": "и на за в се да от е с че са по не който със като това",
    },
    "arabic": {
        "ar": (
            "في من على إلى أن عن مع التي الذي هذا هذه بعد لا قد بين كان إن أو ما كما ذلك قال وقال خلال كانت منذ حيث ثم "
            "وفي ومن وأن هو هي كل غير"
        ),
        "fa": "و در به از که این را با است برای آن بر تا شد می یک خود شده",
        "ur": "کے کی میں کا ہے سے اور کو پر نے ہیں کہ اس",
    },
}

COMMON_WORDS: dict[str, dict[str, frozenset[str]]] = {
    script: {tag: frozenset(words.split()) for tag, words in texts.items()} for script, texts in _TEXTS.items()
}

# Letters of which a text in one language has many, and in the others of its script next to none.
TELLING_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "latin": (("vi", "ơưđạệ"), ("az", "ə"), ("tr", "ğı"), ("cs", "ěřů"), ("hu", "őű"), ("ro", "țţșă")),
    "cyrillic": (("be", "ў"), ("kk", "әғқұһ"), ("uk", "їєґі"), ("sr", "ђћџјљњ")),
    "arabic": (("ug", "ۇڭ"), ("ku", "ۆێڵ"), ("ps", "ړښځډټ"), ("ur", "ٹڈڑںےہ"), ("fa", "پچژگ")),
}
