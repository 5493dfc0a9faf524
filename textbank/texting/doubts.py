"""What takes certainty away from a request, what may stand beside a bare STOP, and mere hints. Tables only.

A command is for us only if nobody else is its subject, nothing denies it, and neither a time, a place nor a
condition limits it. Words are as in `stop_phrases.py`.
"""

from __future__ import annotations

from textbank.texting.wording import INSULTS, listed, one_of

# The word before a command when not we are told: "he should stop texting me", "how to stop texting me".
OTHER_SUBJECTS = frozenset(
    listed("""
        he, she, they, them, him, her, it, i, we, who, that, which, everyone, everybody, someone, somebody
        nobody, should, would, will, can, could, might, may, must, make, makes, made, does, did, help, helps
        let
        lets, until, before, after, if, unless, when, whenever, how, ill, ex, mom, dad, husband, wife, son
        daughter, rather, their, el, ella, ellos, ellas, quien, cuando, hasta
    """)
)
NEGATIONS = frozenset(
    listed("""
        dont, not, never, cant, wont, didnt, doesnt, wouldnt, shouldnt, couldnt, without, no, havent, hasnt
        neither, nobody, unable, nunca, jamas, sin, non, nothing, isnt, arent, wasnt, nadie, tampoco
    """)
)
# Words between a negation and what it governs: "not asking you to".
LINKS = frozenset(
    listed("""
        to, you, please, even, have, has, need, want, wanting, wish, ask, asking, asked, tell, telling, told
        say
        saying, said, be, get, think, like, going, gonna, trying, try, mean, meaning, would, should, do, must
        people, all, us, will, que, se, quiero, quieren, le, les, me, necesitan, hace, falta, por, favor, them
        him, her
    """)
)
# "I told you to", "you need to", "tell your people to": the command is for us after all.
WE_MEAN_YOU = (
    "\\b(?:you|your (?:people|team|campaign|candidate|bots?|friends|volunteers|staff|party"
    "|boss))(?>(?: (?:all|guys|people|folks|please|now|need|have|got|ought|want|better|before|twice|already"
    "|had|\\w+ times))*) to$|\\b(?:notice|request|demand|warning|instructions?|notified|instructed|advised"
    "|ordered|directed|warned|requesting|demanding|asking|telling|insisting|begging)(?: (?:you|your \\w+|all"
    "|people|guys))* to$|\\b(?:so (?:kind|good|nice) as|(?:kind|good|nice|decent) enough|the (?:kindness"
    "|courtesy|decency)|a (?:hint|moment|minute)(?: and)?) to$|^please to$|\\byour (?:records|lists?|files"
    "|systems?|database) to$|\\btell (?:whoever|your|the (?:campaign|team|boss|office"
    "|people))(?: \\w+){0,5} to$|\\b(?:be|make) sure to$|\\b(?:been told|you were told|been asked|been warned"
    "|begging|time|want you|need you) to$"
)
# "You never text me" is a complaint, "I request that you never text me" is none.
TOLD_YOU = (
    "\\btold\\b|\\b(?:i|we)(?> (?:would|do|must|now|hereby|also|am|again|have|already|to))* (?:request(?:ed|ing)?"
    "|ask(?:ed|ing)?|demand(?:ed|ing)?|insist(?:ed|ing)?|require|prefer)(?: that)? you$|^(?:requesting|asking"
    "|demanding)(?: that)? you$"
)
YOU_MODAL = "\\b(?:you|all|guys|people) (?:can|could|should|would|must|may|will|might)$"
# Somebody else's words: "my brother said stop texting me".
REPORTED = (
    "(?:\\b(?!(?:i|im|we|already|have|just|done|always|even|actually|clearly|keep|kept|am|and|been|times|you"
    "|were|was) )\\w+ )(?:said|says|told|tells|asked|asks|yelled|saying|yelling|goes|dice|dicen|dijo"
    "|pregunta)(?: \\w+){0,3}$"
)
_BEFORE_IT = (
    "(?>"
    + one_of("""
    so, and, but, hey, hi, ok, okay, hello, um, well, or, sorry, excuse me, yeah, yes, no, oh, also
    quick question, please, lol
    hola, oiga, oye, disculpe, disculpa, perdon, pero, y, mire, bueno, buenas, buenas tardes, buenos dias
    por favor
""")
    + " )*"
)
# "Si", and not "sí, ..." or a polite "si pudieran ...".
_SI = (
    "si(?! (?:hola|mire|mira|por|pero|ya|bueno|gracias|senor\\w*|oiga|oye|quiero|pues|este|claro|pudieran?"
    "|fueran?|es posible|(?:me |nos )?(?:pueden?|podrian?|hacen?)|(?:es|son) tan|no (?:es|le"
    "|les) molest\\w+)\\b)"
)
QUESTION = (
    f"^{_BEFORE_IT}"
    + one_of("""
    how(?! (?:about|bout)), what, why, when, where, which, who, whose, does, do i, do you, do we, did
    is(?! not\\b)(?! there (?:any |a )?(?:way|chance|possibility) (?:that )?you), are, was, were, am i
    if(?! (?:you (?:could|can|would|dont mind|wouldnt mind)|possible|it is possible|its possible)\\b), unless
    should, shall, might, can i, can we, could i, may i, has, have you, will i, will it, will this, will they
    would it
    would this, suppose, whenever, once(?! (?:again|more)), cuando, como, por que, donde, quien, cual
    acaso, can people
    can someone
""")[: -len(")")]
    + f"|{_SI})\\b"
)
# Questions that are complete before the command begins: "who is this stop texting me".
ASKED_BEFORE = (
    f"^{_BEFORE_IT}"
    + "(?:"
    + "|".join(
        (
            "who (?:is|are|dis) (?:this|you|dis)|who (?:this|dis)|quien (?:es|eres|habla)",
            "(?:how|where) (?:did|do) you (?:people )?(?:get|have|got) (?:my|this) (?:number|info"
            "|phone number|cell|name)",
            "how many (?:more )?times\\b.*$",
            "what is (?:this|wrong with you)(?: people)?",
            "why (?:are|do|did|would) you (?:\\w+ ){0,2}?(?:texting|messaging|text|contacting|contact"
            "|bothering) (?:me|us)",
            "why am i (?:still )?(?:getting|receiving) (?:these|this)(?: texts| messages)?",
            "is this a (?:scam|joke|bot)|are you (?:kidding|serious|deaf|stupid|dumb|illiterate|a bot"
            "|people deaf)(?: me)?",
        )
    )
    + ")\\b ?"
)
# After a command: a time, a place, a condition, another way to be reached, somebody else, an event.
LIMITS = (
    "(?<! or)(?<! nor)(?<! and dont)(?<!opted out) (?:"
    + "|".join(
        (
            one_of("""
        once (?:i|we)(?! (?:say|said|tell|told|ask|asked)\\b)
        before(?! (?:i|we|a human|someone|somebody|anyone|it gets|it works) ), after
        (?:until|till)(?! (?:hell|pigs|cows|doomsday)), while, during
        when, whenever, unless, except, if, at night
        at work, at home
        at dinner, at \\d+ ?(?:am|pm|oclock)?, in caps, all in caps, at this hour, at school, on my, so early
        so late, (?<!thank you )(?<!thanks )so much, so often, so many, so frequently, as much, as often
        this early, this late, in the morning
        in the middle, in the evening
        too early, too late, too much, too many, too often, for now, for today, for the day, for a while
        for a bit, for the week, for a few, for the next, for the rest, twice, in spanish, in english
        more than, between, instead, guard, the hook, on speaker, in front, for granted, behind, and driv\\w+
    """),
            one_of("""
        antes, despues, hasta, mientras, cuando
        si(?! (?:no|es posible|(?:me |nos )?(?:pueden?|podrian?|hacen?)|pudieran?|gusta|(?:es|son|fueran?) tan)\\b)
        excepto, a menos, tan tarde, tan temprano, tan seguido
        tantos, tanto, por ahora, de noche, a esta hora, en ingles, en espanol, en el trabajo, al trabajo, solo
    """),
            "en (?:la|las) (?:manana|mananas|noche|noches|tarde|madrugada)|(?:los|el) (?:domingos?|sabados?"
            "|lunes|fines?)",
            "on (?:the )?(?:sun|mon|tues|wednes|thurs|fri|satur)days?|on (?:the )?(?:weekends?|sabbath|job)",
        )
    )
    + ")\\b"
)
# The same, unless we are to take somebody off: "remove me today" is no less.
DAYS = " (?:(?:to(?:day|night|morrow)|this (?:week|weekend|morning)|hoy|esta semana|manana)\\b)"
# After a command not to write: for this moment only. ("Stop texting me now" is said with force.)
MOMENT = (
    " (?:(?:right )?now|(?:justo )?ahora|ahorita|en este momento|at the moment)(?! (?:on|y siempre|mismo)\\b)"
)
# After a command and in its own sentence: another way to be reached, another list, somebody else, an event.
ELSEWHERE = (
    "(?<! or)(?<! nor)(?<! and dont) (?:"
    + "|".join(
        (
            "(?:and|but|just|then) (?:put|add|move|switch|sign|transfer|keep|leave) me (?!on (?:the |your "
            "|a )?(?:do not|dont|dnc|no)|alone|off|out|be)",
            "(?:call|email|e mail|mail) me|my (?:new|other|work|personal|home) (?:number|phone|cell|email)",
            "(?:(?:the|my|your|a|this|for|to|about|from|off|on) )*"
            + one_of("""
        shift, event, rsvp, ballot, office, schedule, calendar, meeting, rally, party invite, saturday, sunday
        canvass
        phone bank, phonebank, zoom, carpool, guest, volunteer, committee, email, emails, e mail, training
        team, position
        details, address, link, directions, sign up, signup, board, ticket, door, street, facebook, lawn
    """),
            "my (?:mom|mother|wife|husband|son|daughter|dad|father|kids|parents|sister|brother|grandma"
            "|roommate|ex)",
            one_of("""
        llameme, mejor llameme, a (?:mi|la|nuestra) (?:correo|casa|puerta|oficina|direccion), el seguro
        de la boleta, de la reunion, del trabajo
        de la escuela
    """),
            "de (?:la|mi) (?:reunion|junta|escuela|carcel|boleta|casa|jefe|ex|esposo|esposa|trabajo|cama"
            "|pobreza|miseria)",
        )
    )
    + ")\\b"
)
# Another sentence begins, though no mark says so.
NEW_SENTENCE = (
    " (?:i|im|i have|we|its|this is|that is|because|since|thanks|thank you|gracias|porque|ya|yo|sorry)\\b"
)
# A sentence before the request that makes it depend on something.
CONDITIONS = (
    f"^(?:but )?(?:if|unless|until|when|once(?! (?:again|more))|{_SI}|cuando|hasta que)\\b"
    "(?! (?:you (?:dont mind|could|would|can|text|contact|message|keep|dont|continue|send|people)|possible"
    "|not|this (?:does|continues)|i get|i receive|no le molesta|me siguen))"
)
# Anywhere in the reply: it is taken back, or the "stop" was a laugh, or another way to be reached is given.
_OTHERS = (
    "(?<!for )(?<!with )(?<!support )(?<!supporting )(?<!prefer )(?<!like )(?:the|that"
    "|those) other (?:campaigns?|candidates?|guys?|party|side|team|group|people|list)"
)
# "Que Trump me deje en paz", and not "que me dejen en paz" or "que pena, me dejan ...".
_LET_HIM = (
    "^que (?!ya|no|me|nos|por|nunca|favor|pena|asco|mal|fastidio|molest\\w+|horror|verguenza|lata|carajo"
    "|diablos)(?:el |la |los |las )?\\w+ (?:ya )?(?:me|nos) dejen?"
)
DOUBTS = (
    one_of(f"""
    jk, just kidding, kidding, joking, ignore that, oops, {_OTHERS}
    (?:text|contact|message|call|use) that (?:number|phone|one), my old (?:one|number|phone|cell)
    this (?:one|number|phone) is (?:right|good|better|fine|best|correct|ok), use this (?:one|number|phone)
    este (?:numero |telefono )?(?:es el bueno|esta bien), not to you, not you, meant for someone else, wrong chat
    love this, love that, love you, love him, love her
    not sure$, not sure (?:if|yet|whether|about it|about that|though|tho|i want)
    (?:maybe|perhaps|possibly) (?>(?:please|you|should|could|can|we|i) )*(?:stop|take|remove|delete|unsubscribe)
    (?:maybe|perhaps|possibly) (?>(?:please|you|should|could|can|we|i) )*(?:opt|dont|quit|leave)
    (?:tal vez|quizas?|a lo mejor) (?:ya |mejor |deberian )*(?:no|dej|quit|borr|sa[qc]), no se si
    no estoy segur[oa]
    count me in, sign me up, i want to help, i want to volunteer, i want to come, i want to go, i would love
    i do want
    see you(?! in court), ill be there, i will be there, thief, said no one, wait
    let me think, hold on
    hang on, one sec, one second, es broma, broma, me apunto, cuenten conmigo
    call me instead, email me instead, text me instead, use my other, text me after, text me later
    text me tomorrow
    (?:to|at|on|use|try) my (?:other|new|personal|home) (?:number|phone|cell|line|one)
    ^(?:please )?(?:come|stop|drop|swing|pop|walk) (?:by|over|in|on), ^(?:please )?(?:knock (?:on|first)|ring the)
    (?<!or )(?<!and )(?<!dont )(?<!to )(?<!stop )(?<!never )call me, email me, espera, esperen, think vote
    (?:please|but|so|and) keep (?:texting|sending)(?! me and (?:i|ill|im|you)\\b), (?<!you )keep (?:the|your) texts
    want (?:back (?:on|in)|to get back (?:on|in)), but (?:(?:ok|okay|fine|actually) )*im in$, but i like (?:it|them)
    later (?:is )?(?:ok|okay|fine|good|better), (?:mas tarde|luego|despues) (?:si|esta bien)
    i was (?:going|about) to (?:say|text|write|ask), try (?:me )?(?:at|after)
    (?:rather|prefer to|like to) (?:get|have|receive) (?:the |your )?(?:texts|a text)
    dont let (?:anyone|anybody|somebody|someone|them|him|her|people)
    (?:accidentally|mistakenly) (?:\\w+ )?(?:stop|unsubscribe|opted|opt)
    (?:texted|sent|said|hit|typed|wrote|pressed|replied) (?:\\w+ )?(?:stop|unsubscribe) by (?:accident|mistake)
    (?:le|les) (?:dije|digo|pedi|decia) a (?!uds?\\b|ustedes?\\b|vds?\\b|tu\\b|sus?\\b|ti\\b|vosotros)\\w+
    {_LET_HIM}
""")
    + "\\b"
)
# It is taken back by what comes after it: "take me off, never mind", but "changed my mind, take me off".
TAKEN_BACK = (
    "(?:never mind|nevermind|nvm|changed? my mind)\\b(?!.*\\b(?:remove|take|stop|unsubscribe|delete|opt)\\b)"
)
# Beside a bare STOP: it was said with a laugh or in wonder. ("lol stop texting me" is in earnest.)
TEASING = (
    one_of("""
    lol\\w*, haha\\w*, hehe\\w*, lmao\\w*, lmfao, rofl, jaja\\w*, jeje\\w*, omg, blush\\w*, hilarious, funny
    sweet
    cute, too kind, fun, had me at, no way, yay, woo\\w*, love it, amazing, awesome, adorable, gorgeous
    wonderful
    beautiful, excited, congrat\\w*, crying, dying, im dead, obsessed, iconic, legend, proud, great news
    so good
    for real, making me, killing me, flatter\\w*, cant believe, cant wait, shut up, get out of here, goosebumps
    spoiling me, que risa, que lindo, que emocion, me muero
""")
    + "\\b"
)
# A song or a saying with STOP in it, and people who like to hear from us by text: nothing is suggested either.
NO_WISH = (
    one_of("""
    hammer time, in the name of, drop and roll, look and listen, collaborate and listen, en nombre de
    stop and smell
    prefiero (?:los |por )?(?:mensajes|textos?), prefer (?:to |a |the )?text\\w*
    mejor (?:por )?(?:texto|mensaje)
    texts? (?:is|are) (?:fine|ok|okay|good|great|best|better)
    texting (?:is|works) (?:fine|ok|okay|good|better|best)
    texts? only, only texts?, text(?:ing)? (?:is )?preferred, solo (?:por )?(?:texto|mensajes?)
    (?:mande[ns]?|manda|escriba[ns]?|texteen?|envie[ns]?)me (?:mejor )?(?:un |los |por )?(?:mensajes?|textos?)
    send me a text
    texting me is (?:fine|ok|better), use my (?:work|home|other|office)
    happy to (?:chat|talk|text|help|volunteer|hear), but i love, just text me, text me instead
    por texto esta bien
""")
    + "\\b"
)

# --- STOP beside a sentence

# After STOP without a mark, only a sentence of its own. ("Stop Trump", "stop fracking" go on differently.)
AFTER_STOP = (
    one_of("""
    i, im, i have, i would, ill, not interested, not voting, not a, not my, wrong number, wrong person, who is
    who are
    you have, you are, dont text, dont contact, dont want, dont message, dont bother, never text
    never contact, leave me
    take me, take my, remove me, remove my, fuck off, fuck you, go away, this is not, this is a, this is my
    this is the
    we are, we dont, its, my name is, already voted, voted, no quiero, no me, no gracias, no thanks
    no thank you, no$
    ya no, ya vote, yo no, no hablo, no soy, no voto, no vivo, no entiendo
    unsubscribe, reported, youre, lose my, or else, or i, or im, or ill, or you
    this is harassment, he doesnt, she doesnt, he died, she died, he is not, she is not, they dont, we already
    we have
    we voted, nobody cares, no one cares, dont care, he moved, she moved, nobody here, no one here, also
    delete my, quit texting, no more
    and (?:unsubscribe|opt out|lose my|leave me|take (?:me|my|us)|go away|block me)
    and remove(?=$| (?:me|my|us|this))
    and delete(?=$| (?:me|my|us|this)), and (?:dont|never) (?:text|contact|message|bother)
    and (?:also )?(?:dont|never) send
    y (?:no me|quiteme|quitenme|borren?me|saquenme)
""")
    + "\\b"
)
# After STOP and a mark, what makes it the first word of one sentence after all: "STOP... the steal".
GOES_ON = (
    "^(?:the|a|an|all|his|her|their|our|those|killing|being|and|by|at|look|think|drop|trump$|biden$"
    "|(?!texting|messaging|contacting|bothering|harassing|spamming|sending|bugging)\\w+ing)\\b"
)
# Before a closing STOP without a mark. ("Bus stop", "the next stop", "can't stop" do not.)
BEFORE_STOP = (
    "(?:^|\\b)(?:"
    + one_of("""
    wrong number, wrong person, wrong (?:district|state|city|county|area|party|guy|girl|lady)
    not interested, no thanks, no thank you, already voted, i voted, have voted
    voted already
    (?:never|didnt) (?:sign|signed|ask|asked) (?:up )?for (?:this|these|that|any of this|your texts|texts)
    never signed up, didnt sign up
    f off, who is this, who are you, what is this, i moved, leave me alone, i dont care, i dont vote
    i cant vote, idc
    fuck you, fuck off, screw you, go to hell, piss off, get lost, go away, spam, scam, remove me
    take me off, not me, dont live there, live there
    live here
    for the \\w+ time, enough, unsubscribe, numero equivocado, ya vote, no me interesa, no gracias, dont text me
    no more texts, dont know you, dont know who this is, how did you get my number, how did you get this number
    hell no, heck no, nah, voted, not registered, at work, in class, driving, cant vote, not voting, wont vote
    im busy, a minor, this is harassment, im grieving, in mourning, in the hospital, on vacation, asleep
    sleeping, im sick
    (?:idk|dont know|dont even know|no idea|no clue) (?:who|what) (?:you|this|that|these|it) (?:is|are)
    (?:idk|dont know|dont even know|no idea|no clue) how you got (?:this|my) number, not a us citizen
    not american
    enough already, at a funeral, at church, in church, in a meeting, at school, in school, no \\w+ here
    not from here, too old, im old, dont want this, dont want these, dont like this, so sick of this
    sick of this
""")
    + "|(?:i|we|already|have|just) (?:\\w+ )?(?:voted|mailed|donated|gave|dropped|returned|sent)(?: \\w+){0,5}?"
    " (?:so )?(?:you|you guys|you all|you people) (?:can|may)"
    "|(?:^|im |i |we |we are )(?:(?:just|now|nicely|politely|again|am|would|do|are|kindly) )*(?:asking"
    "|telling|begging|want|need|like|ask|beg) (?:you|you guys|you people|you all) to|.* but"
    "|\\w+ texts? (?:today|this week|this month)|(?:you were|you have been|been) (?:told|asked|warned"
    "|instructed) to|you are (?:\\w+ )?(?:harassing|bothering|spamming|annoying) (?:me|us)"
    f"|(?:you are|your|you) (?:all )?(?:an? )?{INSULTS}"
    "|(?:you are|your|this is|its|these are|so|how|very) (?>(?:so|very|too|getting) )*(?:annoying|rude|creepy"
    "|weird|obnoxious|pathetic|disgusting|ridiculous|irritating)|im (?:a |not |not a )?(?:republican|democrat"
    "|trump supporter|maga|independent|liberal|conservative|citizen)|(?:vote|voting|voted) (?:for )?(?:trump"
    "|biden|harris|republican|democrat|red|blue)|(?:^|i |we )(?:(?:already|have) )*(?:asked"
    "|told) you(?: \\w+){0,3} to|this is (?:\\w+ ){1,4}(?:phone|number|cell|line|landline)|im (?:\\d+"
    "|only \\d+|\\d+ years old)|(?:notice|warning|request) to)(?: but| so| and| then)*$|^(?:nope|hey"
    "|yo)(?: but)?$"
)
