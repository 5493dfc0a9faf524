"""The words of whole replies, English and Spanish: keywords, courtesy, abuse, wishes to come back. Tables only.

What asks us to stop in a sentence is in `stop_phrases.py` and `stop_phrases_es.py`. Everything is written as
`folding.py` leaves a text: lower case, no accents, apostrophes or punctuation, one space between words.

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
    "please, por favor, porfa, hi, hello, hey, hola, ok, okay, yes, si, thanks, thank you, gracias, text, "
    "reply, me, with this, with these texts, with these messages, con esto, con estos mensajes, about this, "
    "about these texts"
)
PLEAS = listed("help, helpme, ayuda, ayudame, ayudenme, ayudeme, info, informacion, auxilio")
YES_WORDS = listed("yes, si")

# Names for us, courtesy of a kind: "stop creep".
ABUSE = """
    scum, scumbags?, pigs?, liars?, losers?, idiots?, morons?, assholes?, bastards?, bitch, bitches, creeps?
    clowns?
    fools?, jerks?, libtards?, magats?, maggots?, freaks?, spammers?, scammers?, dicks?, pricks?, cunts?
    retards?
    weirdos?, snowflakes?, fuckers?, motherfuckers?, dumbass\\w*, jackass\\w*, hypocrites?, parasites?
    piece of shit
    pieces of shit, son of a bitch, sons of bitches, pos, twats?, wankers?, douche\\w*, dipshits?, shitheads?
    demonrats?, sickos?, perverts?, dummy, dummies
"""
# After "you" only: "stop you communist" is said to us, "stop communists" about others.
INSULTS = one_of(f"""{ABUSE}
    commies?, communists?, socialists?, marxists?, fascists?, nazis?, crooks?, criminals?, traitors?, liberals?
    democrats?, republicans?, trash, garbage, vultures?, leeches, demons?, monsters?, pests?, dems?, libs?
    rats?
    thieves, thief, terrorists?, people, guys, all, lot, robots?, bots?
""")
ADJECTIVES = one_of("""
    stupid, dumb, annoying, communist, commie, fascist, liberal, republican, democrat, socialist, marxist
    racist, fat
    lying, ugly, filthy, dirty, disgusting, pathetic, evil, old, crazy, sick, little, bunch of, worthless
    useless
    fuckin, fucking, damn, dang, rude, nazi, woke, radical, leftist, maga, spamming, greedy, rotten, sorry
    absolute
""")

# What our texts are to who has had enough of them.
ANNOYING = one_of("""
    annoying, rude, creepy, obnoxious, pathetic, disgusting, irritating, harassing, bothering, harassment, spam
    spamming, intrusive, invasive, excessive, a nuisance, getting old, aggravating, infuriating
""")

# What people put around a stop word without changing it.
COURTESY = (
    *listed("""
    and thanks, and thank you, n thanks, n thank you
    please, yes, yeah, yea, yep, thanks, thank you, thank you very much, thank you so much, thanks so much
    thanks a lot, thank you kindly, thanks in advance, many thanks
    se lo agradezco, se los agradezco, le agradezco, les agradezco, se lo pido, se los pido, mil gracias, oiga
    mire, pero, but, now, right now, already
    immediately, at once, asap
    ok, okay, just, hi, hello, hey, kindly, again, forever, sir, maam, man, dude, bro, bruh, guys, folks, people
    you people, you guys, you all, everything, all, i said, i say, said, im saying, i beg you, im begging you
    for the love of god, jfc, omfg, smh, ugh, lord, good lord, oh my god, yo, nah, nope, girl, lady, sis, k, kk
    also, then, this instant, this minute, right this second, alright, aight, fine
    buddy, pal, honey
    look, listen, jesus, jesus christ, christ, god, omg please, it, this, that, me, already
    text, tex, texting, texts, message, messages, messaging, sms, number, reply, send, txt
    you idiots, you idiot, you morons, you assholes, you jerks, you bastards, you creeps, you clowns
    you losers, you fools
    bitch, bitches, asshole, assholes, idiot, idiots, moron, morons, jerk, jerks, jackass, dumbass, motherfucker
    fuck, fuck you, fuck off, fuck, shit, damn, damnit, dammit, wtf, ffs, stfu, gtfo, for fucks sake
    for gods sake
    amen, god bless, god bless you, bless you, have a good day, have a nice day, have a great day
    have a good one
    good day, sincerely, best, regards, bye, goodbye, good bye, sorry, period, effective immediately
    por favor, favor, gracias, muchas gracias, ya, ahora, ahora mismo, de inmediato, inmediatamente, oye
    oigan, hola
    los mensajes, sus mensajes, estos mensajes, mensajes, mensaje, los textos, sus textos, textos, de una vez
    pronto, ya no(?=$)
    pendejos, cabrones, carajo, cono, adios, lo siento, disculpe, punto, con los mensajes, con los textos
"""),
    f"you (?>{ADJECTIVES} (?!$))*{INSULTS}",
    one_of(ABUSE.replace("s?", "")),  # "stop liar", but "stop liars" may be about others
)
# With a bare stop word these may mean an event or a policy: "End it now", "cancel, sorry".
NO_COURTESY_OF_BARE_WORDS = listed(
    "it, this, that, everything, all, me, said, people, folks, sorry, lo siento, number, but, pero"
)
# Our own texts say "Reply STOP". As one clause of several it may be theirs that is repeated.
NO_COURTESY_OF_A_CLAUSE = listed("reply, text, send, txt, number")
# What else changes nothing beside a stop word.
REASONS = listed("""
    wrong number, wrong person, not interested, im not interested, no thanks, no thank you, i already voted
    already voted, i voted, who is this, whoever this is, whoever you are, numero equivocado, no gracias
    no me interesa, ya vote
""")

# --- Back in

OPT_IN_HINTS = listed("""
    opt in, optin, opt me in, opt me back in, resubscribe, resubscribe me, re subscribe, subscribe
    subscribe me, restart
    sign me back up, start texting me again, start texting me, start again, empezar, iniciar, comenzar, inicio
    reanudar, suscribir, suscribirme, suscribete, suscribeme, alta, darme de alta, de alta, quiero suscribirme
""")
COMES_BACK = (
    "sign me up (?:again )?for (?:\\w+ )?(?:texts|messages|text (?:updates|alerts))",
    "(?:want|like|love) to (?:start |keep )?(?:receive|receiving|get|getting"
    "|be getting) (?:\\w+ ){0,3}?(?:texts|messages|updates) again|(?:quiero|quisiera) (?:seguir"
    "|volver a) recib\\w+",
    "(?:sign|opt|put|add|get) me back (?:up|in|on|to)|opt back in|resubscribe me"
    "|(?:start|resume) (?:texting|messaging|sending) me again|resume (?:the |my |these )?(?:texts|messages)"
    "|want to (?:start )?(?:receive|receiving|get|getting) (?:\\w+ )?(?:texts|messages) again",
    "(?:quiero|deseo|quisiera|pueden?|podrian?|vuelvan?|volver) (?:a )?(?:volver a )?(?:recib|mand|envi|pon"
    "|inscrib|suscrib)\\w* ?(?:\\w+ )?(?:los |sus |estos |otra vez )?(?:mensajes|textos|en la lista"
    "|a la lista|a los mensajes)(?! no)",
    "(?<!no )\\b(?:suscrib|subscrib|inscrib|apunt|anot|agreg|incluy|regist)\\w*(?:me"
    "|nos) (?:\\w+ ){0,3}(?:mensajes|textos|lista)\\b",
    "(?:suscrib|inscrib)\\w+ (?:otra vez|de nuevo)|si quiero recibir|volver a (?:agreg|pon|inclu|suscrib"
    "|inscrib)|agregu?e(?:n)?me (?:otra vez |de nuevo )?a (?:la|su) lista",
)
