"""What happens to people. Each story may be told after any other, in the same town."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pyotp

from domains.auth.engine.letters import Letter
from domains.kernel.clock import now
from tests.auth.authenticator import Device

from .visitor import Town, Visitor

Story = Callable[[Town], Awaitable[None]]

TOKENS = "accessToken refreshToken challenge { token factors }"
PAIR = "accessToken refreshToken"
_people = count(1)


class Person:
    """A name, an address and a password that nobody else has."""

    def __init__(self, town: Town) -> None:
        number = next(_people)
        self.email = f"wanderer{number}@people.example.org"
        self.name = f"Wanderer {number}"
        self.password = f"{number} lanterns over quiet harbours"
        town.heard.keep(self.password)

    def choose(self, town: Town, password: str) -> None:
        """Another password."""
        self.password = password
        town.heard.keep(password)


async def signed_up(town: Town) -> tuple[Person, Visitor]:
    """Somebody new, whose address is verified by the mailed link."""
    person, visitor = Person(town), town.visitor()
    given = {"email": person.email, "password": person.password, "name": person.name}
    assert (await visitor.do("userSignUp", "ok", **given))["ok"]
    await town.work()
    token = town.mailbox.token(Letter.VERIFY_EMAIL, to=person.email)
    verified = await visitor.do("emailVerify", "ok", token=token, password=person.password)
    assert verified["ok"]
    return person, visitor


async def sign_in(person: Person, visitor: Visitor) -> dict[str, Any]:
    """Give the address and the password."""
    return await visitor.do("sessionCreate", TOKENS, email=person.email, password=person.password)


async def at_home(town: Town) -> tuple[Person, Visitor]:
    """Somebody new who is signed in."""
    person, visitor = await signed_up(town)
    visitor.take(await sign_in(person, visitor))
    return person, visitor


async def sign_in_by_code(town: Town, person: Person, method: str, to: str) -> None:
    """The password first, then a code that is sent somewhere."""
    town.pass_(minutes=2)
    visitor = town.visitor()
    half = await sign_in(person, visitor)
    sent = {"challengeToken": half["challenge"]["token"], "method": method}
    await visitor.do("mfaCodeSend", "sent", **sent)
    await town.work()
    code = town.mailbox.code(to=to)
    town.heard.keep(code)
    visitor.take(await visitor.do("mfaVerify", PAIR, **sent, code=code))
    assert await visitor.me() is not None


async def somebody_joins(town: Town) -> None:
    """Signs up, cannot sign in before the address is verified, and then can."""
    person, visitor = Person(town), town.visitor()
    given = {"email": person.email, "password": person.password, "name": person.name}
    await visitor.do("userSignUp", "ok", **given)
    entry = {"email": person.email, "password": person.password}
    assert await visitor.refused("sessionCreate", **entry) == ["EmailNotVerified"]
    await town.work()
    token = town.mailbox.token(Letter.VERIFY_EMAIL, to=person.email)
    wrong = {"token": token, "password": "something else entirely"}
    assert await visitor.refused("emailVerify", "ok", **wrong) == ["InvalidCredentials"]
    assert (await visitor.do("emailVerify", "ok", token=token, password=person.password))["ok"]
    again = {"token": token, "password": person.password}
    assert await visitor.refused("emailVerify", "ok", **again) == ["TokenInvalid"]
    visitor.take(await sign_in(person, visitor))
    assert await visitor.me() is not None


async def a_stranger_tries_the_same_address(town: Town) -> None:
    """Who signs up with an address that has an account learns nothing; its owner is told."""
    person, visitor = await signed_up(town)
    stranger = town.visitor()
    given = {"email": person.email, "password": "a strangers own words 7", "name": "Stranger"}
    town.heard.keep("a strangers own words 7")
    town.pass_(minutes=2)
    assert (await stranger.do("userSignUp", "ok", **given))["ok"]
    await town.work()
    assert town.mailbox.of(Letter.ACCOUNT_EXISTS, to=person.email)
    entry = {"email": person.email, "password": given["password"]}
    assert await stranger.refused("sessionCreate", **entry) == ["InvalidCredentials"]
    visitor.take(await sign_in(person, visitor))


async def a_session_is_renewed_until_it_ends(town: Town) -> None:
    """Access tokens end soon, refresh tokens bring others, and the old ones are worth nothing."""
    _, visitor = await at_home(town)
    town.pass_(minutes=16)
    assert await visitor.me() is None
    before = visitor.refresh_token
    visitor.take(await visitor.do("sessionRefresh", PAIR, refreshToken=before))
    assert await visitor.me() is not None
    town.pass_(days=8)
    assert await visitor.me() is None
    late = await visitor.refused("sessionRefresh", PAIR, refreshToken=visitor.refresh_token)
    assert late == ["UNAUTHENTICATED"]


async def a_stolen_refresh_token_ends_the_session(town: Town) -> None:
    """The second use of a token gives both users away, and the owner is told."""
    person, visitor = await at_home(town)
    thief, stolen = town.visitor(), visitor.refresh_token
    visitor.take(await visitor.do("sessionRefresh", PAIR, refreshToken=stolen))
    assert await thief.refused("sessionRefresh", PAIR, refreshToken=stolen) == ["UNAUTHENTICATED"]
    assert await visitor.me() is None
    await town.work()
    assert town.mailbox.of(Letter.TOKEN_REUSED, to=person.email)


async def devices_are_listed_and_signed_out(town: Town) -> None:
    """A person sees where they are signed in, and ends one session, the others, and all."""
    person, phone = await at_home(town)
    laptop, library = town.visitor(), town.visitor()
    for device in (laptop, library):
        device.take(await sign_in(person, device))
    listed = await phone.ask("{ mySessions { nodes { id current } totalCount } }")
    sessions = listed["data"]["mySessions"]
    assert sessions["totalCount"] == 3
    assert [session["current"] for session in sessions["nodes"]].count(True) == 1
    newest = sessions["nodes"][0]
    await phone.do("sessionRevoke", "session { revokedAt }", id=newest["id"])
    assert await library.me() is None
    await phone.do("sessionRevokeOthers", "revoked")
    assert await laptop.me() is None
    assert await phone.me() is not None
    await phone.do("sessionRevokeAll", "revoked")
    assert await phone.me() is None


async def a_password_is_changed(town: Town) -> None:
    """The other devices are signed out; the one that changed it goes on with new tokens."""
    person, visitor = await at_home(town)
    other = town.visitor()
    other.take(await sign_in(person, other))
    old, new = person.password, "seventeen paper boats set sail"
    person.choose(town, new)
    change = {"currentPassword": old, "newPassword": new}
    visitor.take(await visitor.do("passwordChange", PAIR, **change))
    assert await visitor.me() is not None
    assert await other.me() is None
    entry = {"email": person.email, "password": old}
    assert await other.refused("sessionCreate", **entry) == ["InvalidCredentials"]
    other.take(await sign_in(person, other))
    await town.work()
    assert town.mailbox.of(Letter.PASSWORD_CHANGED, to=person.email)


async def a_password_is_forgotten(town: Town) -> None:
    """A mailed link sets another one, signs nobody in and everybody out."""
    person, visitor = await at_home(town)
    stranger = town.visitor()
    town.pass_(minutes=2)
    for email in (person.email, "nobody-at-all@people.example.org"):
        assert (await stranger.do("passwordResetRequest", "ok", email=email))["ok"]
    await town.work()
    assert not town.mailbox.of(to="nobody-at-all@people.example.org")
    token = town.mailbox.token(Letter.RESET_PASSWORD, to=person.email)
    weak = {"token": token, "newPassword": "password1234"}
    assert await stranger.refused("passwordReset", "ok", **weak) != []
    person.choose(town, "nine umbrellas on a windy pier")
    await stranger.do("passwordReset", "ok", token=token, newPassword=person.password)
    assert await visitor.me() is None
    used = {"token": token, "newPassword": "ten umbrellas on a windy pier"}
    assert await stranger.refused("passwordReset", "ok", **used) == ["TokenInvalid"]
    visitor.take(await sign_in(person, visitor))


async def an_address_is_changed_and_taken_back(town: Town) -> None:
    """The new mailbox confirms, the old one can undo, and then sets a new password."""
    person, visitor = await at_home(town)
    old, new = person.email, f"new.{person.email}"
    town.pass_(minutes=2)
    await visitor.do("emailChange", "ok", newEmail=new)
    await town.work()
    token = town.mailbox.token(Letter.CONFIRM_NEW_EMAIL, to=new)
    await visitor.do("emailChangeConfirm", "ok", token=token)
    me = await visitor.me()
    assert me is not None and me["email"] == new
    town.pass_(minutes=2)
    await town.work()
    undo = town.mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=old)
    await town.visitor().do("emailChangeUndo", "ok", token=undo)
    assert await visitor.me() is None
    again = {"email": old, "password": person.password}
    assert await visitor.refused("sessionCreate", **again) == ["InvalidCredentials"]
    await town.work()
    token = town.mailbox.token(Letter.RESET_PASSWORD, to=old)
    person.choose(town, "eleven kites above the dunes")
    await visitor.do("passwordReset", "ok", token=token, newPassword=person.password)
    visitor.take(await sign_in(person, visitor))


async def a_profile_is_told(town: Town) -> None:
    """What a person tells of themselves is kept or refused as a whole."""
    _, visitor = await at_home(town)
    shown = "user { profile { bio language details } }"
    told = {"bio": "Walks.", "language": "en-ZA", "details": {"theme": "dark"}}
    payload = await visitor.do("profileUpdate", shown, **told)
    assert payload["user"]["profile"] == told
    flawed = {"bio": "Runs.", "timezone": "Mars/Olympus"}
    assert await visitor.refused("profileUpdate", shown, **flawed) == ["TimezoneUnknown"]
    me = await visitor.ask("{ viewer { profile { bio } } }")
    assert me["data"]["viewer"]["profile"]["bio"] == "Walks."


async def an_account_is_deleted_and_restored(town: Town) -> None:
    """For thirty days the right password offers the way back."""
    person, visitor = await at_home(town)
    await visitor.do("accountDelete", "purgeAt")
    assert await visitor.me() is None
    entry = {"email": person.email, "password": person.password}
    query = """mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) {
        accessToken restoreToken userErrors { __typename } } }"""
    answer = await visitor.ask(query, input=entry)
    payload = answer["data"]["sessionCreate"]
    assert payload["userErrors"] == [{"__typename": "DeletionPending"}]
    await visitor.do("accountRestore", "ok", token=payload["restoreToken"])
    visitor.take(await sign_in(person, visitor))
    assert await visitor.me() is not None


async def nothing_is_done_after_leaving(town: Town) -> None:
    """What stands after the end of a session in one request is refused as if it came later."""
    _, visitor = await at_home(town)
    answer = await visitor.ask("""
        mutation {
          accountDelete { purgeAt userErrors { __typename } }
          walletOpen(input: {currency: USD}) { wallet { id } userErrors { __typename } }
        }
    """)
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["walletOpen"], "UNAUTHENTICATED")
    assert answer["data"]["walletOpen"] is None
    assert answer["data"]["accountDelete"]["userErrors"] == []
    assert await visitor.me() is None


async def an_app_is_the_second_factor(town: Town) -> None:
    """A sign-in by password is then only half of one, and each code is good once."""
    person, visitor = await at_home(town)
    enrolled = await visitor.do("totpEnroll", "secret otpauthUri")
    town.heard.keep(enrolled["secret"])
    app = pyotp.TOTP(enrolled["secret"])
    confirmed = await visitor.do("totpConfirm", "recoveryCodes", code=_code(town, app))
    codes = confirmed["recoveryCodes"]
    town.heard.keep(*codes)
    assert len(codes) == 10
    town.pass_(seconds=60)
    phone = town.visitor()
    half = await sign_in(person, phone)
    assert half["accessToken"] is None
    challenge = half["challenge"]["token"]
    phone.access_token = challenge
    assert await phone.me() is None
    code = {"challengeToken": challenge, "method": "TOTP", "code": _code(town, app)}
    phone.take(await phone.do("mfaVerify", PAIR, **code))
    assert await phone.me() is not None
    library = town.visitor()
    half = await sign_in(person, library)
    again = code | {"challengeToken": half["challenge"]["token"]}
    assert await library.refused("mfaVerify", PAIR, **again) == ["CodeInvalid"]
    paper = again | {"method": "RECOVERY", "code": codes[3]}
    library.take(await library.do("mfaVerify", PAIR, **paper))
    town.pass_(seconds=5)
    half = await sign_in(person, library)
    used = paper | {"challengeToken": half["challenge"]["token"]}
    assert await library.refused("mfaVerify", PAIR, **used) == ["CodeInvalid"]


async def codes_come_by_mail(town: Town) -> None:
    """The mailbox counts once a code sent to it was read back."""
    person, visitor = await at_home(town)
    town.pass_(minutes=2)
    await visitor.do("emailFactorEnroll", "sent")
    await town.work()
    code = town.mailbox.code(to=person.email)
    town.heard.keep(code)
    confirmed = await visitor.do("emailFactorConfirm", "recoveryCodes", code=code)
    town.heard.keep(*confirmed["recoveryCodes"])
    await sign_in_by_code(town, person, "EMAIL", person.email)


async def whoever_waited_proves_anew_who_they_are(town: Town) -> None:
    """Ten minutes after the sign-in, what is dear wants the password again."""
    person, visitor = await at_home(town)
    town.pass_(minutes=11)
    assert await visitor.refused("totpEnroll", "secret") == ["STEP_UP_REQUIRED"]
    visitor.take(await visitor.do("sessionStepUp", PAIR, password=person.password))
    enrolled = await visitor.do("totpEnroll", "secret")
    town.heard.keep(enrolled["secret"])


async def guesses_lock_an_account_for_a_minute(town: Town) -> None:
    """The right password is then refused in the same words, until the minute is over."""
    person, visitor = await signed_up(town)
    wrong = {"email": person.email, "password": "not what it was at all"}
    for _ in range(5):
        assert await visitor.refused("sessionCreate", **wrong) == ["InvalidCredentials"]
    right = wrong | {"password": person.password}
    assert await visitor.refused("sessionCreate", **right) == ["InvalidCredentials"]
    town.pass_(minutes=1, seconds=1)
    visitor.take(await sign_in(person, visitor))


async def codes_come_by_phone(town: Town) -> None:
    """A number counts once a code sent to it was read back, and then stands beside the app."""
    person, visitor = await at_home(town)
    number = f"+2782{next(_people):07d}"
    enrolled = await visitor.do("smsFactorEnroll", "sent warning stronger", phone=number)
    assert enrolled["sent"]
    await town.work()
    code = town.mailbox.code(to=number)
    town.heard.keep(code)
    confirmed = await visitor.do("smsFactorConfirm", "recoveryCodes", code=code)
    town.heard.keep(*confirmed["recoveryCodes"])
    await sign_in_by_code(town, person, "SMS", number)


async def a_passkey_signs_in_by_itself(town: Town) -> None:
    """A device signs what the server asks; no password and no code is needed beside it."""
    _, visitor = await at_home(town)
    device = Device()
    asked = await visitor.do("passkeyRegistrationBegin", "options")
    made = {"credential": device.made(asked["options"]), "name": "Phone"}
    added = await visitor.do("passkeyRegister", "passkey { name } recoveryCodes", **made)
    town.heard.keep(*added["recoveryCodes"])
    assert added["passkey"] == {"name": "Phone"}
    phone = town.visitor()
    asked = await phone.do("passkeySignInBegin", "challengeToken options")
    shown = {
        "challengeToken": asked["challengeToken"],
        "credential": device.shown(asked["options"]),
    }
    phone.take(await phone.do("passkeySignIn", f"{PAIR} session {{ aal methods }}", **shown))
    assert await phone.me() == await visitor.me()
    assert await town.visitor().refused("passkeySignIn", PAIR, **shown) == ["PasskeyInvalid"]


async def an_admin_helps_and_closes_an_account(town: Town) -> None:
    """Whoever runs the platform acts as a person in the open, and can end what they may do."""
    person, visitor = await at_home(town)
    admin, root = await at_home(town)
    await town.appoint(admin.email)
    me = await visitor.me()
    assert me is not None
    reason = "They asked us to look at their courses."
    acting = town.visitor()
    opened = await root.do("userImpersonate", "accessToken", id=me["id"], reason=reason)
    acting.access_token = opened["accessToken"]
    seen = await acting.ask("{ viewer { email impersonatedBy } }")
    assert seen["data"]["viewer"] == {"email": person.email, "impersonatedBy": admin.name}
    assert await acting.refused("accountDelete", "purgeAt") == ["FORBIDDEN"]
    await acting.do("impersonationEnd", "ok")
    assert await acting.me() is None
    assert await visitor.refused("userDisable", id=me["id"], reason=reason) == ["FORBIDDEN"]
    await root.do("userDisable", "user { disabledReason }", id=me["id"], reason="It was sold.")
    assert await visitor.me() is None
    entry = {"email": person.email, "password": person.password}
    assert await visitor.refused("sessionCreate", **entry) == ["AccountDisabled"]
    await root.do("userEnable", "user { id }", id=me["id"])
    visitor.take(await sign_in(person, visitor))
    await town.work()
    for letter in (Letter.IMPERSONATION_STARTED, Letter.ACCOUNT_ENABLED):
        assert town.mailbox.of(letter, to=person.email), letter
    told = await visitor.ask("{ mySecurityEvents(first: 50) { nodes { action } } }")
    actions = {event["action"] for event in told["data"]["mySecurityEvents"]["nodes"]}
    assert actions >= {"admin.impersonation_started", "user.disabled", "user.enabled"}


def _code(town: Town, app: pyotp.TOTP) -> str:
    """What the app shows at this town's time."""
    code = app.at(now())
    town.heard.keep(code)
    return code


STORIES: tuple[Story, ...] = (
    somebody_joins,
    a_stranger_tries_the_same_address,
    a_session_is_renewed_until_it_ends,
    a_stolen_refresh_token_ends_the_session,
    devices_are_listed_and_signed_out,
    a_password_is_changed,
    a_password_is_forgotten,
    an_address_is_changed_and_taken_back,
    a_profile_is_told,
    an_account_is_deleted_and_restored,
    nothing_is_done_after_leaving,
    an_app_is_the_second_factor,
    codes_come_by_mail,
    codes_come_by_phone,
    a_passkey_signs_in_by_itself,
    an_admin_helps_and_closes_an_account,
    whoever_waited_proves_anew_who_they_are,
    guesses_lock_an_account_for_a_minute,
)
