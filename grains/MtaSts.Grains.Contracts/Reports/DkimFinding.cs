namespace MtaSts.Grains;

/// <summary>What the DKIM signatures of a report mail (RFC 6376; RFC 8460 §3) are worth. A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.DkimVerdict")]
public enum DkimVerdict
{
    /// <summary>Not looked at: the envelope could not be decoded, or was counted by a version that did not look. Or nothing can be told: the mail is old, and its key gone.</summary>
    NotChecked,

    /// <summary>A valid signature by the submitter's own organisation.</summary>
    Pass,

    /// <summary>A valid signature, but by an organisation other than the one that the report names as its submitter.</summary>
    NotAligned,

    /// <summary>Signed, and no signature is valid: <see cref="DkimFinding.Fault"/> says why.</summary>
    Fail,

    /// <summary>A mail without a signature, or with a key that its owner is still testing.</summary>
    None,

    /// <summary>The DNS did not answer. Looked at again later; the report is not kept waiting for it.</summary>
    TemporaryError,

    /// <summary>It came by HTTPS, where nothing is signed, or by upload, which is not checked.</summary>
    NotMail,
}

/// <summary>Why a signature is not valid. A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.DkimFault")]
public enum DkimFault
{
    /// <summary>The signature's tags cannot be read, or one that is needed is missing.</summary>
    SignatureMalformed,

    /// <summary>Signed with an algorithm that is not accepted: rsa-sha1 (RFC 8301), or one nobody knows.</summary>
    AlgorithmRefused,

    /// <summary>Signed with <c>l=</c>: anything can be appended to what was signed (RFC 8460 §3 forbids it).</summary>
    LengthLimited,

    /// <summary>The signature does not cover the From field.</summary>
    FromNotSigned,

    /// <summary>Its <c>x=</c> had passed when the mail came in.</summary>
    Expired,

    /// <summary>The DNS has no key where the signature says.</summary>
    KeyMissing,

    /// <summary>The key record cannot be read.</summary>
    KeyMalformed,

    /// <summary>The key was withdrawn: its <c>p=</c> is empty.</summary>
    KeyRevoked,

    /// <summary>RSA below 1024 bits (RFC 8301).</summary>
    KeyTooShort,

    /// <summary>The key's <c>s=</c> names neither mail nor TLS reports.</summary>
    KeyForOtherService,

    /// <summary>The key is not for this signature: another algorithm, or <c>t=s</c> and a sub-domain in <c>i=</c>.</summary>
    KeyNotForSignature,

    /// <summary>The key's owner is still testing it (<c>t=y</c>): as good as unsigned.</summary>
    KeyInTest,

    /// <summary>The mail is not what was signed.</summary>
    Mismatch,
}

/// <summary>What a look at a report mail's signatures found.</summary>
/// <param name="SignedBy">The domain (<c>d=</c>) of the signature it is about; null when there is none.</param>
/// <param name="Selector">That signature's <c>s=</c>.</param>
/// <param name="Detail">For people: one sentence.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.DkimFinding")]
public sealed record DkimFinding(
    [property: Id(0)] DkimVerdict Verdict,
    [property: Id(1)] string? SignedBy,
    [property: Id(2)] string? Selector,
    [property: Id(3)] DkimFault? Fault,
    [property: Id(4)] string Detail)
{
    /// <summary>It came by HTTPS or upload.</summary>
    public static DkimFinding NotMail { get; } = new(DkimVerdict.NotMail, null, null, null, "Nothing is signed that comes by HTTPS, and uploads are not checked.");

    /// <summary>Nothing was looked at.</summary>
    public static DkimFinding NotChecked { get; } = new(DkimVerdict.NotChecked, null, null, null, "Signatures have not been looked at.");
}
