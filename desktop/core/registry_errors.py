"""Failures of names, registries, sign-in and the keyring."""

from desktop.core.errors import QT_TRANSLATE_NOOP, AppError, NextStep


class InvalidReference(AppError):
    """*name* cannot be the name of an image; *why* is one of our own sentences."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is not an image name")
    reason = QT_TRANSLATE_NOOP("errors", "A name looks like registry.example/team/app:tag, in lower case, no spaces.")
    hint = QT_TRANSLATE_NOOP("errors", "Correct the name.")


class InvalidAddress(AppError):
    """*address* cannot be a registry's address; *why* is one of our own sentences."""

    title = QT_TRANSLATE_NOOP("errors", "{address} cannot be a registry's address")
    reason = QT_TRANSLATE_NOOP("errors", "An address is a host name, perhaps with a port: myregistry.azurecr.io")
    hint = QT_TRANSLATE_NOOP("errors", "Copy it from whoever set the registry up.")


class AddressUnknown(AppError):
    """The host name *host* does not exist."""

    title = QT_TRANSLATE_NOOP("errors", "{host} was not found")
    reason = QT_TRANSLATE_NOOP("errors", "No computer has this name, or this computer is offline.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the spelling and the connection.")
    step = NextStep.RETRY


class RegistryUnreachable(AppError):
    """*host* exists but does not answer."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not answer")
    reason = QT_TRANSLATE_NOOP("errors", "The connection was refused, cut off or timed out.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the address and your network, then try again.")
    step = NextStep.RETRY


class NotARegistry(AppError):
    """*host* answers, but not as a registry does."""

    title = QT_TRANSLATE_NOOP("errors", "{host} is not a registry")
    reason = QT_TRANSLATE_NOOP("errors", "Something answers there, a web site perhaps, but it does not speak as one.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the address. For Azure it ends in azurecr.io.")


class CertificateRejected(AppError):
    """The certificate of *host* is not trusted on this computer."""

    title = QT_TRANSLATE_NOOP("errors", "{host} could not prove who it is")
    reason = QT_TRANSLATE_NOOP(
        "errors", "Its certificate is not trusted here: out of date, for another name, or private."
    )
    hint = QT_TRANSLATE_NOOP("errors", "Ask who runs it for the company's certificate and add it to this computer.")
    step = NextStep.RETRY


class NotHttps(AppError):
    """*host* answers, but does not speak https."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not speak https")
    reason = QT_TRANSLATE_NOOP("errors", "What is sent there could be read on the way.")
    hint = QT_TRANSLATE_NOOP(
        "errors", "Ask who runs it for an https address. In a network you trust, type http:// before it."
    )


class SignInSentElsewhere(AppError):
    """*host* wants the password to be sent to another host, *realm*."""

    title = QT_TRANSLATE_NOOP("errors", "{host} wants your password sent elsewhere")
    reason = QT_TRANSLATE_NOOP("errors", "It names {realm} as the place to sign in.")
    hint = QT_TRANSLATE_NOOP("errors", "Go on only if whoever runs the registry confirms that this is right.")


class SignInInsecure(AppError):
    """*host* would have the secret travel unencrypted to *realm*."""

    title = QT_TRANSLATE_NOOP("errors", "{host} asks for your password over an open line")
    reason = QT_TRANSLATE_NOOP(
        "errors", "It names {realm}, which is not encrypted. Portside does not send secrets there."
    )
    hint = QT_TRANSLATE_NOOP("errors", "Tell whoever runs the registry.")


class WrongCredentials(AppError):
    """*host* refused the user and secret."""

    title = QT_TRANSLATE_NOOP("errors", "{host} did not accept this sign-in")
    reason = QT_TRANSLATE_NOOP("errors", "The user or the secret is wrong, or the secret has ended.")
    hint = QT_TRANSLATE_NOOP(
        "errors", "Check both; a secret is best pasted. A new one comes from who runs the registry."
    )
    step = NextStep.SIGN_IN


class SignInNeeded(AppError):
    """*host* wants a sign-in for this, and none is connected."""

    title = QT_TRANSLATE_NOOP("errors", "{host} wants a sign-in")
    reason = QT_TRANSLATE_NOOP("errors", "No account of this registry is connected, or its secret is no longer here.")
    hint = QT_TRANSLATE_NOOP("errors", "Connect the registry, then try again.")
    step = NextStep.SIGN_IN


class AccessDenied(AppError):
    """The account may not do this to *name* in *host*."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not allow this")
    reason = QT_TRANSLATE_NOOP("errors", "This sign-in lacks the right for {name}.")
    hint = QT_TRANSLATE_NOOP(
        "errors", "Ask the registry's owner for it (Azure: AcrPull, AcrPush), or sign in as another."
    )
    step = NextStep.SIGN_IN


class ListingNotAllowed(AppError):
    """*host* does not let this account list what it holds."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not list its repositories")
    reason = QT_TRANSLATE_NOOP("errors", "This sign-in may use images, but not list them.")
    hint = QT_TRANSLATE_NOOP("errors", "Type the name of the repository in the field above.")


class RegistryRateLimited(AppError):
    """*host* answered 429."""

    title = QT_TRANSLATE_NOOP("errors", "{host} asks us to wait")
    reason = QT_TRANSLATE_NOOP("errors", "Too many requests came from this address or account.")
    hint = QT_TRANSLATE_NOOP("errors", "Wait a little and try again. Signing in often raises the limit.")
    step = NextStep.RETRY


class RegistryTroubled(AppError):
    """*host* answered with an error of its own."""

    title = QT_TRANSLATE_NOOP("errors", "{host} has trouble of its own")
    reason = QT_TRANSLATE_NOOP("errors", "It answered with an error that is not about this request.")
    hint = QT_TRANSLATE_NOOP("errors", "Try again in a few minutes.")
    step = NextStep.RETRY


class RegistryAnswerUnreadable(AppError):
    """*host* answered with what no registry should send."""

    title = QT_TRANSLATE_NOOP("errors", "{host} sent an unreadable answer")
    reason = QT_TRANSLATE_NOOP("errors", "It is too long, damaged or of the wrong shape.")
    hint = QT_TRANSLATE_NOOP("errors", "Try again; if it stays, tell whoever runs the registry.")
    step = NextStep.RETRY


class ImageNotFound(AppError):
    """*host* has no image *name*, or does not show it to this account."""

    title = QT_TRANSLATE_NOOP("errors", "{name} was not found")
    reason = QT_TRANSLATE_NOOP("errors", "{host} has no such image, or shows it only after signing in.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the name and the tag, or sign in to {host}.")
    step = NextStep.SIGN_IN


class ImageUnknown(ImageNotFound):
    """*host*, which knows who asks, has no image *name*."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not have {name}")
    reason = QT_TRANSLATE_NOOP("errors", "There is no image of this name, or this sign-in may not see it.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the name and the tag; the registry's room lists what there is.")
    step = NextStep.RETRY


class KeyringRefused(AppError):
    """The system's keyring did not store or give the secret."""

    title = QT_TRANSLATE_NOOP("errors", "The system's keyring refused")
    reason = QT_TRANSLATE_NOOP("errors", "It is locked, or did not keep the secret as given.")
    hint = QT_TRANSLATE_NOOP("errors", "Unlock it and try again, or keep the secret until Portside quits.")
    step = NextStep.RETRY


class PracticeRegistryFailed(AppError):
    """The practice registry could not be started."""

    title = QT_TRANSLATE_NOOP("errors", "The practice registry did not start")
    reason = QT_TRANSLATE_NOOP("errors", "Its program is missing or ended at once.")
    hint = QT_TRANSLATE_NOOP("errors", "Read the details; your own registries are not affected.")
    step = NextStep.RETRY
