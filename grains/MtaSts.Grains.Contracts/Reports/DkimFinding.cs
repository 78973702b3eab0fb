using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>The result of checking the DKIM signatures of a report mail (RFC 6376; RFC 8460 §3). A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.DkimVerdict")]
public enum DkimVerdict
{
    /// <summary>Not checked: the envelope could not be decoded, or an old version counted it unchecked. Or unknown: the mail is old, and its key was removed.</summary>
    NotChecked,

    /// <summary>A valid signature by the submitter's own organisation.</summary>
    Pass,

    /// <summary>A valid signature, but not by the organisation that the report names as its submitter.</summary>
    NotAligned,

    /// <summary>Signed, but no signature is valid: see <see cref="DkimFinding.Fault"/>.</summary>
    Fail,

    /// <summary>A mail without a signature, or with a key that its owner is still testing.</summary>
    None,

    /// <summary>The DNS did not answer. Checked again later; the report does not wait for it.</summary>
    TemporaryError,

    /// <summary>Received by HTTPS, which has no signatures, or by upload, which is not checked.</summary>
    NotMail,
}

/// <summary>Why a signature is not valid. A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.DkimFault")]
public enum DkimFault
{
    /// <summary>The signature's tags cannot be read, or a required one is missing.</summary>
    SignatureMalformed,

    /// <summary>Signed with an algorithm that is not accepted: rsa-sha1 (RFC 8301), or an unknown one.</summary>
    AlgorithmRefused,

    /// <summary>Signed with <c>l=</c>: content can be appended to the signed part (RFC 8460 §3 forbids it).</summary>
    LengthLimited,

    /// <summary>The signature does not cover the From field.</summary>
    FromNotSigned,

    /// <summary>Its <c>x=</c> had passed when the mail was received.</summary>
    Expired,

    /// <summary>The DNS has no key at the name in the signature.</summary>
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

    /// <summary>The key's owner is still testing it (<c>t=y</c>): treated as unsigned.</summary>
    KeyInTest,

    /// <summary>The mail differs from the signed content.</summary>
    Mismatch,
}

/// <summary>The result of checking a report mail's signatures.</summary>
/// <param name="SignedBy">The domain (<c>d=</c>) of the signature concerned; null when there is none.</param>
/// <param name="Selector">That signature's <c>s=</c>.</param>
/// <param name="Detail">One human-readable sentence.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.DkimFinding")]
public sealed record DkimFinding(
    [property: Id(0), JsonPropertyName("verdict")] DkimVerdict Verdict,
    [property: Id(1), JsonPropertyName("signedBy")] string? SignedBy,
    [property: Id(2), JsonPropertyName("selector")] string? Selector,
    [property: Id(3), JsonPropertyName("fault")] DkimFault? Fault,
    [property: Id(4), JsonPropertyName("detail")] string Detail)
{
    /// <summary>Received by HTTPS or upload.</summary>
    public static DkimFinding NotMail { get; } = new(DkimVerdict.NotMail, null, null, null, "Reports sent by HTTPS are not signed, and signatures of uploads are not checked.");

    /// <summary>Not checked.</summary>
    public static DkimFinding NotChecked { get; } = new(DkimVerdict.NotChecked, null, null, null, "Signatures have not been checked.");
}
