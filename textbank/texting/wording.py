"""The words of replies, in English and Spanish: spelling, keywords, courtesy, wrong numbers. Tables only.

What asks us to stop in a sentence is in `stop_phrases.py`; `understanding.py` reads both. Everything is written as
`understanding.py` leaves a text: lower case, no accents, apostrophes or punctuation, one space between words.

Keywords: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe), CTIA Messaging Principles
5.1.3 (May 2023), the default words of Twilio and Telnyx, and AWS's required ones (arret, remove). Carriers ask for
ALTO and AYUDA; the further Spanish words, and all else here, are our own collection.
"""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: str) -> tuple[str, ...]:
    """The phrases of a table written as lines of phrases with commas between."""
    return tuple(phrase for one in words.replace("\n", ",").split(",") if (phrase := " ".join(one.split())))


def one_of(phrases: str | Iterable[str]) -> str:
    """A pattern of any of the phrases; the longest first, because the first that fits is taken."""
    several = listed(phrases) if isinstance(phrases, str) else set(phrases)
    return f"(?:{'|'.join(sorted(several, key=lambda phrase: (-len(phrase), phrase)))})"


# --- Whole messages

# Words with no other meaning in a reply: each counts as a sentence of its own too ("Stop. I already voted.").
STOP_WORDS = listed("stop, stop all, stopall, unsubscribe, unsubscribe all, unsub, opt out, optout")
# The carriers' and regulators' other words. In a longer reply they may be about an event, a policy or a candidate:
# "Cancel. My kid is ill."
BARE_STOP_WORDS = listed("""
    alto, no mas, revoke, arret, cancel, end, quit, remove, parar, pare, paren, baja, cancelar, detener
    terminar, eliminar, quitar, cancela, cancele, cancelen, salir, fin
    borrar, darme de baja, dar de baja, de baja, basta, ya basta, basta ya, desuscribir, no molestar
    stop to end, stop to quit, stop to stop, stop to opt out, stop to unsubscribe, stop to cancel
    stop 2 end, stop 2 quit, stop 2 stop, stop 2 opt out, stop 2 unsubscribe, stop 2 cancel
""")
START_WORDS = listed("start, unstop")
HELP_WORDS = listed("help, info, ayuda")
# A plea and nothing else; "help me with my ballot" is for the volunteer.
HELP_COURTESY = listed(
    "please, por favor, hi, hello, hey, hola, thanks, thank you, gracias, now, ahora, text, reply"
)
YES_WORDS = listed("yes, si")

# Names for us, courtesy of a kind: "stop creep".
ABUSE = """
    scum, scumbags?, pigs?, liars?, losers?, idiots?, morons?, assholes?, bastards?, bitch, bitches, creeps?, clowns?
    fools?, jerks?, libtards?, magats?, maggots?, freaks?, spammers?, scammers?, dicks?, pricks?, cunts?, retards?
    weirdos?, snowflakes?, fuckers?, motherfuckers?, dumbass\\w*, jackass\\w*, hypocrites?, parasites?, piece of shit
    pieces of shit, son of a bitch, sons of bitches, pos, twats?, wankers?, douche\\w*, dipshits?, shitheads?
    demonrats?, sickos?, perverts?, dummy, dummies
"""
# After "you" only: "stop you communist" is said to us, "stop communists" about others.
INSULTS = one_of(f"""{ABUSE}
    commies?, communists?, socialists?, marxists?, fascists?, nazis?, crooks?, criminals?, traitors?, liberals?
    democrats?, republicans?, trash, garbage, vultures?, leeches, demons?, monsters?, pests?, dems?, libs?, rats?
    thieves, thief, terrorists?, people, guys, all, lot, robots?, bots?
""")
ADJECTIVES = one_of("""
    stupid, dumb, annoying, communist, commie, fascist, liberal, republican, democrat, socialist, marxist, racist, fat
    lying, ugly, filthy, dirty, disgusting, pathetic, evil, old, crazy, sick, little, bunch of, worthless, useless
    fuckin, fucking, damn, dang, rude, nazi, woke, radical, leftist, maga, spamming, greedy, rotten, sorry, absolute
""")

# What people put around a stop word without changing it.
COURTESY = (
    *listed("""
    and thanks, and thank you, n thanks, n thank you
    please, yes, yeah, yea, yep, thanks, thank you, thank you very much, thanks a lot, now, right now, already
    immediately, at once, asap
    ok, okay, just, hi, hello, hey, kindly, again, forever, sir, maam, man, dude, bro, bruh, guys, folks, people
    you people, you guys, you all, everything, all, i said, i say, said, im saying, i beg you, im begging you
    for the love of god, jfc, omfg, smh, ugh, lord, good lord, oh my god, yo, nah, nope, girl, lady, sis
    buddy, pal, honey
    look, listen, jesus, jesus christ, christ, god, omg please, it, this, that, me, already
    text, tex, texting, texts, message, messages, messaging, sms, number, reply, send, txt
    you idiots, you idiot, you morons, you assholes, you jerks, you bastards, you creeps, you clowns
    you losers, you fools
    bitch, bitches, asshole, assholes, idiot, idiots, moron, morons, jerk, jerks, jackass, dumbass, motherfucker
    fuck, fuck you, fuck off, fuck, shit, damn, damnit, dammit, wtf, ffs, stfu, gtfo, for fucks sake
    for gods sake
    amen, god bless, god bless you, bless you, have a good day, have a nice day, have a great day, have a good one
    good day, sincerely, best, regards, bye, goodbye, good bye, sorry, period, effective immediately
    por favor, favor, gracias, muchas gracias, ya, ahora, ahora mismo, de inmediato, inmediatamente, oye
    oigan, hola
    los mensajes, sus mensajes, estos mensajes, mensajes, mensaje, los textos, sus textos, textos, de una vez
    pronto, ya no(?=$)
    pendejos, cabrones, carajo, cono, adios, lo siento, disculpe, punto, con los mensajes, con los textos
"""),
    f"you (?>{ADJECTIVES} (?!$))*{INSULTS}",
    one_of(ABUSE),
)
# With a bare stop word these may mean an event or a policy: "End it now", "cancel, sorry".
NO_COURTESY_OF_BARE_WORDS = listed(
    "it, this, that, everything, all, me, said, people, folks, sorry, lo siento, number"
)
# Our own texts say "Reply STOP". As one clause of several it may be theirs that is repeated.
NO_COURTESY_OF_A_CLAUSE = listed("reply, text, send, txt, number")
# What else changes nothing beside a stop word.
REASONS = listed("""
    wrong number, wrong person, not interested, im not interested, no thanks, no thank you, i already voted
    already voted, i voted, who is this, numero equivocado, no gracias, no me interesa, ya vote
""")

# --- Spelling

# Slips of the thumb that are no words of their own. Long words are compared by `understanding.is_nearly`.
SLIPS = {
    "stop": "stopp sotp stpo stp tsop sto sttop srop syop dtop stip stio stpp stol st0p 5top s7op sgop sfop"
    " wtop ztop xtop stopo astop stoip stiop stpop sropp stopn ssop stopt stopa stoppe atopp stio sttp stoop0"
    " sotop stoo stahp stawp stap sopt stotp sstop stob",
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
KEY_WORDS = listed("texting, messages, messaging, unsubscribe, mensajes")
NO_SLIPS = frozenset(listed("testing, mensaje, message, unsubscribed"))

SHORTHAND = (
    {
        short: full
        for full, shorts in {
            "you": "u yall yal",
            "your": "ur yer yalls",
            "please": "pls plz plzz plse pleas plese pleae plis pleease plase plaese",
            "thanks": "thx thnx thanx tks ty tyvm thankyou",
            "take": "tak tke taek taje",
            "more": "mor moar moer",
            "delete": "delte deleet dlete deleat",
            "leave": "leav leve laeve",
            "text": "txt txr texr tect tezt",
            "texts": "txts textes texs",
            "texting": "txting texing textin txtin texring txtng textng texitng textign texxting txtn rexting",
            "message": "msg mesage massage messege mssg",
            "messages": "msgs mesages massages messeges mssgs messges",
            "messaging": "msging messagin mesaging messging",
            "contact": "contac conact cantact",
            "contacting": "contactin conacting",
            "number": "num nbr nmbr nunber numbr numer numbet numbers",
            "list": "lst lsit liat lists",
            "dont": "dnt donot",
            "cant": "cannot",
            "want to": "wanna wana",
            "have to": "gotta",
            "i have": "ive",
            "i would": "id",
            "you are": "youre",
            "you have": "youve",
            "who is": "whos",
            "there is": "theres",
            "what is": "whats wats wut",
            "is not": "isnt aint",
            "wrong": "wrng worng rong wrongg",
            "stop texting": "stoptexting",
            "stop texting me": "stoptextingme",
            "please stop": "pleasestop plsstop plzstop",
            "stop please": "stopplease stoppls stopplz",
            "dont text": "donttext",
            "dont text me": "donttextme",
            "take me off": "takemeoff",
            "leave me alone": "leavemealone",
            "opt me out": "optmeout",
            "wrong number": "wrongnumber",
            "not interested": "notinterested",
            "remove me": "removeme",
            "immediately": "immediatly imediately inmediately immediatley",
            "fuck": "fuk fck fuc fk phuck fu",
            "por favor": "porfa porfavor xfa xfavor porfas porfis",
            "mensaje": "msj msje mensage mensje",
            "mensajes": "msjs mensages mensjes mensajitos",
            "que": "q ke",
            "no mas": "nomas",
            "no me": "nome",
            "ya no": "yano",
            "ya no me": "yanome",
            "no me manden": "nomemanden",
            "no manden": "nomanden",
            "envien": "embien enbien",
            "escriban": "eskriban escrivan ezcriban",
            "vuelvan": "buelvan",
        }.items()
        for short in shorts.split()
    }
    | {
        full.replace("qu", short): full
        for full in listed(
            "quiero, quieren, quisiera, quien, quite, quiten, quiteme, quitenme, saquen, saqueme, saquenme"
            ", equivocado, equivocada, equivoque, aqui, porque, queremos"
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
)
# Several words that are one.
JOINED = {
    "do not": "dont",
    "can not": "cant",
    "will not": "wont",
    "did not": "didnt",
    "does not": "doesnt",
    "i am": "im",
    "un subscribe": "unsubscribe",
    "text messages": "texts",
    "text message": "text",
    "x favor": "por favor",
    "top texting": "stop texting",
    "stoop texting": "stop texting",
    "stoop sending": "stop sending",
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

# --- Somebody else's number

# The commonest given names of US adults (Social Security Administration, births 1940 to 2005), without those that
# are words as well (Will, Mark, Grace, Hope, Christian). "This isn't Maria" is about a
# person, "this isn't funny" is not.
NAMES = (
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony"
    " donald steven"
    " paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary"
    " nicholas eric"
    " jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick raymond jack"
    " dennis jerry tyler"
    " aaron jose adam nathan henry douglas zachary peter kyle ethan walter noah jeremy keith roger terry"
    " austin sean gerald"
    " carl dylan harold jordan jesse bryan lawrence arthur gabriel bruce logan billy joe alan juan elijah"
    " willie albert wayne"
    " randy vincent mason roy ralph bobby russell philip eugene louis johnny luis carlos miguel jorge pedro"
    " manuel antonio"
    " francisco jesus mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy"
    " betty sandra"
    " margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon"
    " laura cynthia"
    " dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine christine helen"
    " debra rachel"
    " carolyn janet maria catherine heather diane olivia julie victoria joyce lauren kelly christina ruth"
    " joan virginia"
    " judith evelyn hannah andrea megan cheryl jacqueline madison teresa abigail sophia martha sara gloria"
    " janice kathryn"
    " ann isabella judy julia denise theresa beverly danielle marilyn charlotte natalie diana brittany kayla"
    " alexis lori"
    " carmen rosa ana guadalupe juana luz elena lucia rosario alma norma yolanda silvia leticia bob mike dave"
    " tom jim steve"
    " chris dan matt tony ken tim jeff greg sam alex ben kathy debbie sue kim liz jen pam cindy becky mrs mr"
    " ms tamika"
    " jamal tyrone keisha latoya darnell marcus andre terrence crystal tiffany amber veronica monica vanessa"
    " erica"
)
WRONG_NUMBER_COURTESY = listed("""
    sorry, im sorry, i think, im afraid, but, unfortunately, dude, my friend, friend, buddy, no, nope, this is
    and
    lo siento, disculpe, disculpa, perdon, perdone, creo, pero, es, amigo, senor, senora, joven, yo, aqui
    tiene, tienes
    anymore, my bad, good luck, best of luck, though
""")
# Each complete as a clause, courtesy aside. `{name}` is any of NAMES.
WRONG_NUMBER = (
    "(?>(?:you (?:must )?(?:have got|have reached|have|got|are texting|are contacting|texted|reached|are"
    "|dialed|called)|i think"
    "|i believe|looks like|this is|its|it is|i guess|got|have|texting|texted|the) )*(?:wrong|incorrect) "
    "(?:number|person|phone|phone number|cell|guy|girl|lady|man|woman|contact|dude|recipient|one)",
    "(?:this|it|that) is (?:not|no longer) (?:the )?(?:right|correct) (?:number|person|phone)(?: anymore)?",
    "(?:(?:this|it|that|you are) is|im|i|you are texting|this)? ?(?:not"
    "|no longer) {name}(?: \\w+)?(?: anymore| any longer)?",
    "(?:(?:this|it|that) is |this )?(?:not|no longer)(?: the)? (?:\\w+ )?{name}s? (?:\\w+ )?(?:number|phone"
    "|cell)(?: anymore)?",
    "(?:this|it|that) is (?:not|no longer) (?:his|her|their|that persons) (?:number|phone|cell)(?: anymore)?",
    "(?:there is )?(?:no|not a|no one|nobody|noone)(?: named)? {name}(?: \\w+)?(?: here| at this number"
    "| lives here)?",
    "(?:there is )?(?:no one|nobody|no body|noone|no person)(?: here)?(?> by| with| of| named| has"
    "| goes)* (?:that|this) name"
    "(?: here| at this number| lives here)?",
    "(?:i )?dont know (?:a|any|anyone named|who|anybody named|an|no) {name}(?: \\w+)?(?: is)?",
    "(?:i )?dont know (?:that person|this person|anyone (?:by|with) that name|anybody (?:by|with) that name)",
    "{name}(?: \\w+)? (?:doesnt live here|no longer (?:has|uses|owns|lives)|changed (?:her|his|their) number"
    "|doesnt have"
    "|hasnt had|dont live here|doesnt use)(?> this| number| phone| here| anymore| at| any| more| same)*",
    "my name is not {name}|(?:thats )?not my name|(?:im )?not (?:the|who) (?:person |one )?(?:you are"
    "|you) looking for",
    "(?:i (?:just )?(?:got|have) )?(?:a |this )?new (?:number|phone) (?:this is |im )?not {name}",
    "(?>(?:este|esta|es|tiene|tienen|tienes|creo que|el|al|marco|un|esto|con) )*(?:numero|persona|telefono)"
    " (?:equivocad[oa]|incorrect[oa]|erroneo)",
    "(?:creo que )?(?:se|te) (?:ha |han )?equivoc\\w+ (?:de |con el )?(?:numero|persona|telefono)",
    "(?:creo que )?(?:esta|estan|estas) equivocad[oa]s?(?: de (?:numero|persona))?",
    "equivocad[oa]",
    "no (?:soy|es|esta|vive|hay)(?: ningun[a]?| el numero de| el telefono de)?(?: aqui)? {name}(?: \\w+)?",
    "(?:este|esta) (?:numero |telefono |ya )*no es (?:de |el numero de |el de |el telefono de )*{name}(?: \\w+)?",
    "no (?:conozco|conosco) a (?:esa |esta |ninguna? |nadie con ese )?(?:persona|nombre|{name})(?: \\w+)?",
    "no soy (?:esa|la|esta) persona(?: que busca\\w*)?",
    "no (?:hay|vive) (?:nadie|ninguna persona)(?: aqui)? (?:con|de|que se llame) (?:ese nombre|{name})",
    "{name} (?:ya )?no vive",
    "(?:this|the|my) (?:number|phone|cell) (?:doesnt|does no longer|no longer|didnt|never) belong(?:s|ed)? to "
    "(?:\\w+ )?\\w+(?: anymore| any longer)?",
    "(?:este|mi) (?:numero|telefono|celular) (?:ya )?no (?:le )?pertenece a \\w+(?: \\w+)?",
    "(?:ese |este )?no es mi nombre|no me llamo (?:{name}|asi)",
)
WRONG_NUMBER_HINTS = (
    "(?:you|u) (?:\\w+ ){0,2}?wrong (?:number|person)",
    "^wrong (?:number|person)\\b(?! won)",
    "numero equivocado",
    "^(?:creo que )?(?:se|te) (?:ha |han )?equivoc(?:o|aron|aste|ado)$",
    "not (?:his|her|their) (?:number|phone)",
    "(?:dont know who|no longer at|new owner of|not at) (?:that|this) (?:person|is|number)",
    "passed away|deceased|fallecio|murio|is dead$",
    # A name that is not in our list. The endings are those of words that say how somebody is.
    "^(?:this is not|im not|no soy) (?!\\w*(?:ing|ed|ly|able|ible|al|ful|ous|ive|ant|ent|ist|ic|ish|less|an|y"
    "|crata|ado|ada|ano"
    "|ana)$)(?!(?:a|an|the|my|it|him|her|me|us|you|here|there|true|fair|right|ok|okay|cool|good|bad|great|fun"
    "|real|over"
    "|new|enough|him|them|sure|at|on|in|so|well|home|free|dumb|late|old|white|black|alone|trump|biden|spam"
    "|that|this|what"
    "|one|red|blue|in|for|up|down|yet|maga|rich|poor|mexico|america|de|yo|ella|el)$)\\w+$",
)
OPT_IN_HINTS = listed("""
    opt in, optin, opt me in, opt me back in, resubscribe, resubscribe me, re subscribe, subscribe
    subscribe me, restart
    sign me back up, start texting me again, start texting me, start again, empezar, iniciar, comenzar, inicio
    reanudar, suscribir, suscribirme, suscribete, suscribeme, alta, darme de alta, de alta, quiero suscribirme
""")
COMES_BACK = (
    "(?:sign|opt|put|add|get) me back (?:up|in|on|to)|resubscribe me|(?:start|resume) (?:texting|messaging"
    "|sending) me again"
    "|resume (?:the |my |these )?(?:texts|messages)|want to (?:start )?(?:receive|receiving|get|getting) (?:\\w+ )?"
    "(?:texts|messages) again",
    "(?:quiero|deseo|quisiera|pueden?|podrian?|vuelvan?|volver) (?:a )?(?:volver a )?(?:recib|mand|envi|pon"
    "|inscrib|suscrib)"
    "\\w* ?(?:\\w+ )?(?:los |sus |estos |otra vez )?(?:mensajes|textos|en la lista|a la lista|a los mensajes)(?! no)",
    "(?:suscrib|inscrib)\\w+ (?:otra vez|de nuevo)|si quiero recibir|agregu?e(?:n)?me (?:otra vez "
    "|de nuevo )?a (?:la|su) lista",
)
