import pytest

from textbank.texting.folding import is_nearly
from textbank.texting.understanding import Certainty, Meaning, Understanding, is_yes, understand

CERTAIN_OPT_OUT = (Meaning.OPT_OUT, Certainty.CERTAIN)


def means(text: str) -> tuple[Meaning, Certainty]:
    understood = understand(text)
    return understood.meaning, understood.certainty


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "Opt-out", "s.t.o.p", "Ｓｔｏｐ", "No más", "stopppp", "stop stop"]
)
def test_a_listed_word_alone_is_a_keyword(text: str) -> None:
    assert understand(text) == Understanding(Meaning.OPT_OUT, Certainty.CERTAIN, is_keyword=True)


@pytest.mark.parametrize("text", ["stop please", "sotp", "take me off your list", "Stop. I already voted."])
def test_an_opt_out_made_from_words_or_guessed_from_a_slip_is_no_keyword(text: str) -> None:
    assert understand(text) == Understanding(Meaning.OPT_OUT, Certainty.CERTAIN, is_keyword=False)


@pytest.mark.parametrize(
    "text", ["Don't stop texting me", "never take me off the list", "no me quiten de la lista"]
)
def test_a_negation_turns_a_request_round(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


@pytest.mark.parametrize(
    "text", ["I can't vote stop texting me", "I don't know who this is take me off your list"]
)
def test_a_negation_of_something_else_does_not(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


def test_a_request_that_is_taken_back_is_not_certain() -> None:
    assert means("Stop. Actually please don't stop texting me") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "Stop texting me before 9am",
        "Don't text me at work",
        "If this is the Trump campaign, stop texting me",
        "no me escriban los domingos",
    ],
)
def test_a_time_a_place_or_a_condition_takes_the_certainty_away(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "He should stop texting me",
        "My wife said stop texting me",
        "Tell him to stop texting me",
        "Stop texting my mom",
    ],
)
def test_a_request_of_or_for_somebody_else_is_not_certain(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["How do I opt out?", "Does STOP work?", "Why do you keep texting me?"])
def test_a_question_about_it_is_not_certain(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_a_request_put_as_a_question_is_certain() -> None:
    assert means("Can you please take me off your list?") == CERTAIN_OPT_OUT


def test_hostility_without_a_request_is_suggested_only() -> None:
    assert means("Go to hell") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "Liked “Reply STOP to opt out”",
        "Reaccionó con 👍 a “Responda ALTO”",
        "> Reply STOP to opt out\nSure",
        "👎 to “Stop”",
    ],
)
def test_a_reaction_to_our_text_says_nothing(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


def test_a_reaction_keeps_no_request_behind_it_from_being_heard() -> None:
    assert means("Liked “Can you come Saturday?”\nStop texting me") == CERTAIN_OPT_OUT


def test_our_own_words_repeated_are_never_certain() -> None:
    assert means("You wrote: Reply STOP to opt out. What is this?")[1] == Certainty.LIKELY
    assert means("You wrote “Take me off your list and I will stop texting me” why") != CERTAIN_OPT_OUT


def test_what_they_say_they_said_is_theirs() -> None:
    assert means("I said “take me off your list”") == CERTAIN_OPT_OUT


def test_stop_runs_on_into_a_sentence_of_its_own_and_not_into_its_object() -> None:
    assert means("stop i already voted") == CERTAIN_OPT_OUT
    assert means("stop trump")[0] == Meaning.NONE
    assert means("STOP\nTHE STEAL") == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_wrong_number_and_stop_is_an_opt_out() -> None:
    assert means("Wrong number, stop") == CERTAIN_OPT_OUT
    assert means("Wrong number, sorry") == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)


def test_somebody_is_told_from_something_by_their_name() -> None:
    assert means("This isn't Maria") == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)
    assert means("This isn't funny")[0] == Meaning.NONE


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("start", Meaning.OPT_IN),
        ("UNSTOP", Meaning.OPT_IN),
        ("When does it start", Meaning.NONE),
        ("Help", Meaning.HELP),
        ("¿Ayuda?", Meaning.HELP),
        ("I want to help", Meaning.NONE),
    ],
)
def test_start_and_help_are_heard_only_alone(text: str, meaning: Meaning) -> None:
    assert means(text) == (meaning, Certainty.CERTAIN)


@pytest.mark.parametrize("text", ["Subscribe", "Resubscribe", "opt me back in"])
def test_other_wishes_to_come_back_are_only_suggested(text: str) -> None:
    assert means(text) == (Meaning.OPT_IN, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["YES", "yes!", "Sí", "si", "yesss"])
def test_yes_is_an_answer_and_can_be_asked_for_apart(text: str) -> None:
    assert means(text)[0] == Meaning.NONE
    assert is_yes(text)


@pytest.mark.parametrize("text", ["yes please", "yesterday", "no", "", "si puedo", "START", "👍"])
def test_nothing_else_is_yes(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize("text", ["I never said stop", "I didn't say stop", "I should have said stop"])
def test_who_denies_having_said_stop_has_not_said_it(text: str) -> None:
    assert means(text)[0] == Meaning.NONE
    assert means("I already said stop") == CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "take me off the phone bank list",
        "take me off your list and put me on canvassing",
        "Unsubscribe me from the other campaign",
        "Quiero remover mi nombre de republicano",
        "quiero quitarme la duda",
    ],
)
def test_who_leaves_another_list_does_not_leave_ours(text: str) -> None:
    assert means(text) != CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text", ["stop?", "Maybe take me off the list, not sure", "Tal vez ya no me manden mensajes"]
)
def test_a_hedged_request_is_not_certain(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text", ["Stop, I'm serious about Saturday lol", "Stop. That's amazing", "haha stop"]
)
def test_a_laugh_takes_the_certainty_of_a_bare_stop_away(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_a_laugh_takes_nothing_from_a_full_request() -> None:
    assert means("lol stop texting me") == CERTAIN_OPT_OUT


@pytest.mark.parametrize("text", ["stop it, she's really coming here??", "No more! Vote blue"])
def test_stop_it_and_no_more_are_certain_only_alone(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)
    assert means(text.split(",")[0].split("!")[0] + ", please") == CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text", ["Stop! Hammer time", "Please call less, texts are fine", "prefiero mensajes"]
)
def test_a_song_or_a_liking_for_texts_suggests_nothing(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


@pytest.mark.parametrize(
    "text",
    [
        "He died. Please stop texting him.",
        "My mother passed away. Please remove her number from your list.",
        "Mi esposo falleció, quítenlo de la lista",
    ],
)
def test_a_request_for_the_dead_is_for_this_phone(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT
    assert means("My mother died, how do I remove her name?") != CERTAIN_OPT_OUT
    assert means("My mother died, how do I remove her name from the voter list?") != CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text",
    ["I'll report you if you don't stop texting me", "Text me again and I'm calling the police"],
)
def test_a_threat_is_a_request(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT
    assert means("Text me again and I'll answer") != CERTAIN_OPT_OUT


def test_a_name_for_us_beside_stop_changes_nothing_but_others_may_be_meant_without_you() -> None:
    assert means("STOP YOU COMMUNIST SCUM") == CERTAIN_OPT_OUT
    assert means("stop the communists")[0] == Meaning.NONE
    assert means("stop communists")[0] == Meaning.NONE


def test_no_before_an_english_command_is_an_answer_and_no_negation() -> None:
    assert means("Hell no remove me from your list") == CERTAIN_OPT_OUT
    assert means("no me quiten de la lista")[0] == Meaning.NONE


def test_it_is_the_number_where_the_number_has_been_named() -> None:
    assert means("How did you get this number? Delete it") == CERTAIN_OPT_OUT
    assert means("I saw the ad. Delete it") != CERTAIN_OPT_OUT
    assert means("Old number, remove") == CERTAIN_OPT_OUT
    assert means("Sorry, not a citizen, please remove") == CERTAIN_OPT_OUT
    assert means("The sign fell down. Please remove") != CERTAIN_OPT_OUT


@pytest.mark.parametrize("text", ["Remoev me", "plaese stop texting me", "delete my nubmer"])
def test_two_letters_changed_round_leave_a_word_what_it_was(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "I thought I was taken off",
        "I already unsubscribed",
        "Ya les dije que no",
        "I asked you to be taken off",
    ],
)
def test_an_earlier_request_is_at_least_suggested(text: str) -> None:
    assert means(text)[0] == Meaning.OPT_OUT


def test_so_many_texts_are_too_many_and_not_unwanted() -> None:
    assert means("no me manden tantos mensajes") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text", ["no kiero mas mensajes", "nome manden mensajes", "qiten mi numero", "SALIR"]
)
def test_spanish_is_read_as_phones_write_it(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


@pytest.mark.parametrize("text", ["HELP please", "Ayuda por favor"])
def test_a_plea_for_help_and_nothing_else_is_help(text: str) -> None:
    assert means(text) == (Meaning.HELP, Certainty.CERTAIN)
    assert means("Please help me find my polling place")[0] == Meaning.NONE


@pytest.mark.parametrize(
    "text", ["This number doesn't belong to Steve anymore", "Este número ya no le pertenece a Roberto"]
)
def test_a_number_that_belongs_to_nobody_we_know_is_wrong(text: str) -> None:
    assert means(text) == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)


@pytest.mark.parametrize("text", ["Sign me back up for texts", "quiero volver a recibir mensajes", "ALTA"])
def test_a_wish_to_come_back_in_words_is_suggested(text: str) -> None:
    assert means(text) == (Meaning.OPT_IN, Certainty.LIKELY)


@pytest.mark.parametrize("word", ["unsubscribe", "unsubcribe", "unsuscribe", "unsubscirbe", "unsubscribbe"])
def test_two_slips_leave_a_long_word_what_it_was(word: str) -> None:
    assert is_nearly(word, "unsubscribe")


@pytest.mark.parametrize("word", ["subscribe", "resubscribe", "unsubstantial", ""])
def test_another_word_is_not_nearly_it(word: str) -> None:
    assert not is_nearly(word, "unsubscribe")


@pytest.mark.parametrize("command", ["stop {}", "remove {}", "take {} off", "don't send me {}", "no more {}"])
@pytest.mark.parametrize(
    "thing", ["the war", "Trump", "the signs", "my sign", "the ballot", "liars", "taxes"]
)
def test_a_command_about_something_else_is_never_certain(command: str, thing: str) -> None:
    assert means(command.format(thing)) != CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "command",
    ["paren {}", "no me manden {}", "no quiero que me manden {}", "quiten {}", "sáquenme {}", "basta de {}"],
)
@pytest.mark.parametrize(
    "thing", ["la guerra", "los letreros", "a mi hijo", "la boleta", "del trabajo", "de la lista del sábado"]
)
def test_a_spanish_command_about_something_else_is_never_certain(command: str, thing: str) -> None:
    assert means(command.format(thing)) != CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "no me sigan escribiendo",
        "favor de no enviarme más mensajes",
        "podría dejar de mandarme textos",
        "les agradecería que no me contactaran",
        "no se atrevan a mandarme otro mensaje",
        "no mandés más mensajes",
        "quitadme de la lista",
        "que me borren de su sistema",
        "Removerme porfa",
    ],
)
def test_spanish_asks_in_the_endings_of_its_verbs(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text", ["para mandarme la boleta", "vamos a salir de esto", "nos quitan y nos quitan"]
)
def test_the_same_verbs_say_other_things(text: str) -> None:
    assert means(text) == (Meaning.NONE, Certainty.CERTAIN)


@pytest.mark.parametrize("text", ["stopsending me messages", "takemeoff your list", "STOPTEXTINGME"])
def test_words_run_together_are_read_apart(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Atop texting me",
        "atop messaging me",
        "atop contacting me",
        "atop sending me junk",
        "atop spamming me",
        "remove my from everything",
        "Quite texting me",
        "tale me off",
        "take me if your list",
        "remove me form your lost",
    ],
)
def test_a_slip_that_is_a_word_is_read_by_what_stands_beside_it(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT
    assert means("that is quite a list")[0] == Meaning.NONE


def test_a_phone_number_in_digits_is_a_number() -> None:
    assert means("please remove (602) 555-0117") == CERTAIN_OPT_OUT
    assert means("call me at 602-555-0117")[0] == Meaning.NONE


def test_a_day_limits_a_text_and_not_a_removal() -> None:
    assert means("Don't text me today") == (Meaning.OPT_OUT, Certainty.LIKELY)
    assert means("Remove my number today") == CERTAIN_OPT_OUT


def test_what_a_new_sentence_names_limits_nothing() -> None:
    assert means("take me off your list I already mailed my ballot") == CERTAIN_OPT_OUT
    assert means("take me off your list for the ballot") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    ("beside", "request_"),
    [
        ("These texts keep going off.", "Stop sending them"),
        ("Nope.", "Don't text back"),
        ("I get ten of these a day.", "I need it to stop"),
        ("How do I get off this list?", "I don't want it"),
        ("Next time you text me", "I'm calling the police"),
        ("Me llegan mensajes todo el día.", "Necesito que paren"),
        ("Este número es privado.", "Quítenlo"),
    ],
)
def test_a_request_may_need_another_sentence_beside_it(beside: str, request_: str) -> None:
    assert means(f"{beside} {request_}") == CERTAIN_OPT_OUT
    assert means(beside) != CERTAIN_OPT_OUT
    assert means(request_) != CERTAIN_OPT_OUT


def test_a_phone_that_died_is_nobody() -> None:
    assert means("My phone died. Remove my number") == CERTAIN_OPT_OUT
    assert means("He died. Stop texting him") == CERTAIN_OPT_OUT
    assert means("My phone died. Stop texting him") != CERTAIN_OPT_OUT


def test_only_what_comes_after_takes_a_request_back() -> None:
    assert means("Take me off your list. Never mind") == (Meaning.OPT_OUT, Certainty.LIKELY)
    assert means("Changed my mind, take me off your list") == CERTAIN_OPT_OUT


def test_a_question_may_break_off() -> None:
    assert means("how do you even have my number lol stop texting me") == CERTAIN_OPT_OUT
    assert means("Oiga, how do I stop texting me") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "My wife wants them to please stop texting me",
        "She keeps saying take me off the list",
        "Mi esposa dice que por favor quítenme de la lista",
    ],
)
def test_please_hides_nobody_who_says_it(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_so_much_thanks_are_not_too_much() -> None:
    assert means("please remove my number thank you so much") == CERTAIN_OPT_OUT
    assert means("don't text me so much") == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_a_stop_sign_alone_is_suggested() -> None:
    assert means("🛑") == (Meaning.OPT_OUT, Certainty.LIKELY)
    assert means("👍🛑")[0] == Meaning.NONE


@pytest.mark.parametrize("text", ["Who's Tyrone?", "lol who is gary", "I just got this number last week"])
def test_who_asks_for_the_name_we_wrote_to_may_be_somebody_else(text: str) -> None:
    assert means(text) == (Meaning.WRONG_NUMBER, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["este teléfono no es de la sra Gonzalez", "My name's not Ashley"])
def test_a_title_and_a_name_are_a_person(text: str) -> None:
    assert means(text) == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)


@pytest.mark.parametrize("text", ["No hay ningún problema", "he's the wrong person for the job"])
def test_nobody_and_wrong_are_said_of_other_things(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


def test_start_and_help_may_be_put_politely() -> None:
    assert means("start please") == (Meaning.OPT_IN, Certainty.LIKELY)
    assert means("UNSTOP pls, I hit stop by accident") == (Meaning.OPT_IN, Certainty.LIKELY)
    assert means("help info please") == (Meaning.HELP, Certainty.CERTAIN)


def test_whose_phone_it_is_makes_a_request_for_somebody_else_one_for_this_phone() -> None:
    assert means("This is my daughter's phone. Take her off your list") == CERTAIN_OPT_OUT
    assert means("Take her off your list") == (Meaning.OPT_OUT, Certainty.LIKELY)
    assert means("This is my mom's phone, stop texting her after 9pm") != CERTAIN_OPT_OUT


def test_who_says_that_they_ask_us_not_to_is_in_earnest() -> None:
    assert means("I request that you no longer contact me") == CERTAIN_OPT_OUT
    assert means("He asked that you never contact me") != CERTAIN_OPT_OUT
    assert means("I love that you never contact me") != CERTAIN_OPT_OUT


def test_never_is_no_limit() -> None:
    assert means("Don't text me until hell freezes over") == CERTAIN_OPT_OUT
    assert means("Don't text me until Friday") == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_a_question_before_it_is_no_condition() -> None:
    assert means("When will this end? I said stop") == CERTAIN_OPT_OUT
    assert means("When I am at work, don't text me") == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_who_asks_why_it_goes_on_after_stop_has_said_stop() -> None:
    assert means("Why do you keep texting me after I said stop") == CERTAIN_OPT_OUT
    assert means("Why do they keep drilling after we said stop?") != CERTAIN_OPT_OUT


def test_who_may_come_by_instead_wants_no_text_now() -> None:
    assert means("Don't call or text") == CERTAIN_OPT_OUT
    assert means("Don't call or text, just come by") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["no me escriban pana", "ya no m manden msj", "no me textiés ma"])
def test_spanish_is_read_as_it_is_spoken(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


def test_left_in_peace_are_people_and_not_things() -> None:
    assert means("Déjame quieto") == CERTAIN_OPT_OUT
    assert means("Déjame quieto el letrero") != CERTAIN_OPT_OUT
