"""How phones and people spell: slips, shorthand, joined words and emphasis. Tables only."""

from __future__ import annotations

from textbank.texting.wording import listed

# Slips of the thumb that are no words of their own. Long words are compared by `understanding.is_nearly`.
SLIPS = {
    "stop": "stopp sotp stpo stp tsop sto sttop srop syop dtop stip stio stpp stol st0p 5top s7op sgop sfop"
    " wtop ztop xtop stopo astop stoip stiop stpop sropp stopn ssop stopt stopa stoppe atopp stio sttp stoop0"
    " sotop stoo stahp stawp stap sopt stotp sstop stob sop",
    "opt out": "opout optot optou optut ptout otpout oprout opyout optoit optiut optput optpout optour optouy"
    " oput"
    " 0ptout 0pt0ut opt0ut optoout optouut opotout optuot opttout iptout optoyt otout",
    "unsubscribe": "unscribe unsuscribe unsubcribe unsubscibe unsubscrib unsibscribe insubscribe unsubsribe"
    " usubscribe"
    " unsbscribe unsubsrcibe unsubacribe unsubscrbe unsubscripe unsubsctibe unsubsc unsubscirbe unsubsicribe"
    " unsubcribed",
    "remove": "remov remve rmove remoce removr remvoe romove reomve remobe rmv remeve remive remuve ermove"
    " removs",
    "cancel": "cancle cancell canel canccel cnacel",
    "quit": "qiut quti wuit",
}
# These are words, so they are slips only when they are the whole reply. ("Top", "shop", "spot" may be answers.)
SLIPS_ALONE = listed("atop, stops, stopped, unsubscribed, stoop, stpo it, 0pt out")
LONG_WORDS = listed("unsubscribe, unsubscribeme, desuscribir")
# Compared inside sentences too, with one slip, and what is one slip away but another word.
KEY_WORDS = listed("""
    texting, messages, messaging, unsubscribe, mensajes, sending, remove, delete, number, please, contact
    contacting
    interested
""")
NO_SLIPS = frozenset(
    listed("""
    testing, mensaje, message, unsubscribed, unsubscribes, spending, sensing, sanding, removed, removes, remover
    remote
    deleted, deletes, deplete, numbed, pleased, pleases, contacts, contract, contacto, contacte, contacta
    contracting
""")
)
# Words with the space left out: "stopsending", "takemeoff", "yanomemanden".
GLUED_FIRST = listed("""
    stop, please, pls, dont, take, leave, remove, unsubscribe, opt, lose, delete, wrong, not, no, quit, never
    ya, por
""")
GLUED = listed("""
    stop, texting, texts, text, sending, send, messages, messaging, contacting, contact, me, my, us, off, out
    alone
    number, please, pls, this, list, now, interested, from, your, it, mas, mensajes, mensaje, manden, escriban
    envien
    favor, more
""")
# Slips that are words, or nearly, and can be nothing else where they stand: "atop texting me", "tale me off".
_TEXTING = "(?= (?:texting|messaging|contacting|sending|spamming)\\b)"
_OUR_LIST = "(?:your|this|the|all|any|future|you are)"
IN_PLACE = {
    "stop": r"\b(?:\w?top|s\wop|st\wp|st\w?op|s\w?top|sto\w?p?|tsop|sotp|stpo)" + _TEXTING,
    "quit": r"\b(?:quite|quiet|qui\w?|q\wit|wuit)" + _TEXTING,
    "take": r"\b(?:t\w?ke|ta\we|ta\w?ke|tak\w?|\wake|tk\we|atke|teak)"
    r"(?= (?:me|us|my|my name|my number|this number) off\b)",
    "me": r"(?<=\btake )my(?= (?:off|from)\b)|(?<=\bremove )my(?= (?:off|from)\b)",
    "dont": r"\b(?:do\w?nt|d\wnt|do\wt|don\w|odnt|dotn)(?= (?:text|message|contact|send) me\b)",
    "leave": r"\b(?:l\w?ave|le\w?ve|lea\we|leav\w?|\weave|elave|leaev)(?= me alone\b)",
    "off": rf"(?<=\bme )(?:\w?of\w?|\wff|if|o\wf|or)(?= (?:of )?{_OUR_LIST} (?:\w+ )?(?:l\w?st|texts)\b)",
    "from": rf"(?:(?<=\bme )|(?<=\bname )|(?<=\bnumber ))(?:form|fron|frm|fom|frim|fro)(?= {_OUR_LIST}\b)",
    "your": r"(?:(?<=\bfrom )|(?<=\boff )|(?<=\bof ))you are(?= (?:\w+ )?l\w?st\b)",
    "list": r"(?:(?<=\byour )|(?<=\bthis ))(?:l[aoeu]st|li\w?t|lis\w|\wist)$",
}

# One of these is beside each slip above. Most replies hold none, and are read no further for slips.
BESIDE_SLIPS = (
    r"(?:texting|messaging|contacting|sending|spamming|off|from|(?:text|message|contact|send) me|me alone|texts"
    r"|l\w?st)\b|\b(?:form|fron|frm|fom|frim|fro) |you are|\b(?:your|this) \w+$"
)

SHORTHAND = (
    {
        short: full
        for full, shorts in {
            "you": "u yall yal",
            "your": "ur yer yalls",
            "please": "pls plz plzz plse pleas plese pleae plis plase",
            "thanks": "thx thnx thanx tks ty tyvm thankyou",
            "take": "tak tke taek taje",
            "more": "mor moar moer",
            "delete": "deleet deleat",
            "leave": "leav leve laeve",
            "text": "txt txr texr tect tezt tex",
            "texts": "txts textes texs",
            "texting": "txting texing textin txtin texring txtng textng texitng textign texxting txtn rexting",
            "message": "msg mesage massage messege mssg",
            "messages": "msgs mesages massages messeges mssgs messges",
            "messaging": "msging messagin mesaging messging",
            "contact": "contac conact cantact",
            "contacting": "contactin conacting",
            "number": "num nbr nmbr nunber numbet numbers",
            "hitting me up": "hmu",
            "again": "agian agin agen agan aagin",
            "lose": "loose",
            "asking": "askin",
            "anymore": "anynore anymor anymoar",
            "this": "dis ts tis thsi",
            "lista": "lsita liste lizta litsa",
            "list": "lst lsit liat lists",
            "dont": "dnt donot",
            "cant": "cannot",
            "want to": "wanna wana",
            "have to": "gotta",
            "i have": "ive",
            "i would": "id",
            "you are": "youre",
            "you would": "youd",
            "you will": "youll",
            "you have": "youve",
            "who is": "whos",
            "there is": "theres",
            "what is": "whats wats wut",
            "is not": "isnt aint",
            "wrong": "wrng worng rong wrongg",
            "immediately": "immediatly imediately inmediately immediatley",
            "fuck": "fuk fck fuc fk phuck fu",
            "de": "d",
            "porque": "xq xk pq pk porq",
            "por favor": "porfa porfavor xfa xfavor porfas porfis porfabor porfabo",
            "mensaje": "msj msje mensage mensje",
            "mensajes": "msjs mensages mensjes mensajitos",
            "que": "q ke",
            "no mas": "nomas",
            "no me": "nome",
            "ya no": "yano",
            "envien": "embien enbien",
            "escriban": "eskriban escrivan ezcriban",
            "borreme": "boreme",
            "borrenme": "borenme",
            "quiero": "quero quierro",
            "favor": "fabor",
            "vuelvan": "buelvan",
        }.items()
        for short in shorts.split()
    }
    | {
        full.replace("qu", short): full
        for full in listed(
            "equivocado, equivocada, equivoque, equivoco, aqui, porque, saque, saquen, saqueme, saquenme"
        )
        for short in ("k", "q")
    }
    | {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]: word
        for word in listed(
            "remove, delete, please, number, message, messages, contact, texting, texts, leave, unsubscribe"
        )
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    }
    | {
        word.removesuffix("g"): word
        for word in listed(
            "bothering, bugging, harassing, spamming, pestering, hounding, stalking, annoying, bombarding, badgering"
            ", sending, getting, receiving"
        )
    }
    # Six letters with one left out are too few to be compared.
    | {
        word[:at] + word[at + 1 :]: word
        for word in listed("remove, delete, number")
        for at in range(1, len(word))
    }
)
# Several words that are one.
JOINED = {
    "you r": "you are",
    "guys r": "guys are",
    "do not": "dont",
    "do no text": "dont text",
    "do no contact": "dont contact",
    "can not": "cant",
    "will not": "wont",
    "did not": "didnt",
    "does not": "doesnt",
    "i am": "im",
    "un subscribe": "unsubscribe",
    "text messages": "texts",
    "text message": "text",
    "x favor": "por favor",
    "x fa": "por favor",
    "por fa": "por favor",
    "no m": "no me",
    "na mas": "nada mas",
    "k me": "que me",
    "k no": "que no",
    "testing me": "texting me",
    "mensajes de texto": "mensajes",
}
# Emphasis says nothing about what is asked.
EMPHASIS = listed("""
    the fuck, the hell, the f, tf, fucking, fuckin, fcking, fckin, fkng, fkn, fking, fn, f ing, f cking
    f king, effing
    freaking, freakin, frickin, fricking, goddamn, goddam, god damn, damn, bloody, motherfucking, stupid
    just, kindly, really, seriously, literally, ever, constantly, continuously, continually, always
    repeatedly, simply
    definitely, honestly, respectfully, politely, formally, hereby, immediately, once and for all, absolutely
    completely, entirely, permanently, unsolicited, unwanted, all of, any of, none of, pinche, pinches, malditos
    maldito, de una vez por todas
""")
