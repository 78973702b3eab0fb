namespace MtaSts.Grains.Dkim;

/// <summary>The texts of findings. They quote only names, whose syntax was checked.</summary>
internal static class DkimTexts
{
    public const string Unsigned = "The mail is not signed.";
    // Remains valid when the retries have ended.
    public const string DnsSilent = "The DNS did not answer, so the signature could not be checked. The check is repeated a few times within three days.";
    public const string KeyGone = "The signer's key is no longer in the DNS. Signers change their keys, so the signature of an older mail cannot be checked.";
    public const string ManyReports = "The mail contains reports of several submitters, and one signature can verify only one submitter.";

    public static string Pass(string domain) => $"Signed by {domain}.";

    public static string NotAligned(string domain, string? submitter) =>
        submitter is null ? $"Signed by {domain}, but the report names no submitter." : $"Signed by {domain}, which is not the organisation of the submitter, {submitter}.";

    public static string Fault(DkimFault fault) => fault switch
    {
        DkimFault.SignatureMalformed => "The signature cannot be read.",
        DkimFault.AlgorithmRefused => "Signed with an algorithm that is not accepted; rsa-sha256 and ed25519-sha256 are.",
        DkimFault.LengthLimited => "The signature covers only the beginning of the mail (l=), which RFC 8460 section 3 forbids.",
        DkimFault.FromNotSigned => "The signature does not cover the From field.",
        DkimFault.Expired => "The signature had expired when the mail came in.",
        DkimFault.KeyMissing => "The signer's key is not in the DNS.",
        DkimFault.KeyMalformed => "The signer's key in the DNS cannot be read.",
        DkimFault.KeyRevoked => "The signer has withdrawn the key.",
        DkimFault.KeyTooShort => $"The signer's key is shorter than {DkimKey.MinRsaBits} bits.",
        DkimFault.KeyForOtherService => "The signer's key is for other services than mail and TLS reports (s=).",
        DkimFault.KeyNotForSignature => "The signer's key does not fit the signature.",
        DkimFault.KeyInTest => "The signer marks the key as a test key, so the mail is treated as unsigned.",
        _ => "The mail does not match its signature: it was changed in transit, or the signature is forged.",
    };
}
