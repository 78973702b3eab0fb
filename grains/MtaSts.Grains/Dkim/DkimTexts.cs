namespace MtaSts.Grains.Dkim;

/// <summary>The sentences of findings, in one place. They quote names only, which were checked for their form.</summary>
internal static class DkimTexts
{
    public const string Unsigned = "The mail is not signed.";
    // Stays as it is when nobody looks any more.
    public const string DnsSilent = "The DNS did not answer, so the signature could not be checked. It is looked at again a few times within three days.";
    public const string KeyGone = "The signer's key is not in the DNS any more. The mail is some days old, and signers change their keys, so that tells nothing about it.";
    public const string ManyReports = "The mail holds reports of more submitters than one signature can vouch for.";

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
        DkimFault.KeyInTest => "The signer is still testing the key, so the mail is as good as unsigned.",
        _ => "The mail is not what was signed: it was changed on its way, or the signature is forged.",
    };
}
