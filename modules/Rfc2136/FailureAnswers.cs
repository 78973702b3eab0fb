using ARSoft.Tools.Net.Dns;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>Converts a server's answers to the contract's, with the setting to check.</summary>
internal static class FailureAnswers
{
    private const int BadSig = 16; // RFC 8945 §3: the number that EDNS uses for BADVERS.
    private static readonly TimeSpan AfterOutage = TimeSpan.FromSeconds(30);

    public static DnsChange Of(ServerAnswer answer, UpdateTarget target, TsigKey key) => answer switch
    {
        ServerAnswer.NoAnswer silent => new DnsChange.Failed($"RFC 2136: {silent.Servers} gave no usable answer: {silent.Reason}.", "The operator must check that the server runs and that Rfc2136:Servers reaches it over TCP."),
        ServerAnswer.Failed { Tsig: not ReturnCode.NoError } failed => new DnsChange.Failed($"RFC 2136: {failed.Server} refuses the signature ({TsigName(failed.Tsig)}).", TsigStep(failed.Tsig, key)),
        ServerAnswer.Failed failed => new DnsChange.Failed($"RFC 2136: {failed.Server} answers {Name(failed.Code)}.", Step(failed.Code, target, key)),
        _ => new DnsChange.Pending("The DNS server has accepted the change but does not return it yet.", AfterOutage),
    };

    private static string TsigStep(ReturnCode error, TsigKey key) => error switch
    {
        (ReturnCode)BadSig => $"The operator must check Rfc2136:KeySecret and Rfc2136:KeyAlgorithm: the server has another key under the name {Label(key)}.",
        ReturnCode.BadKey => $"The operator must check Rfc2136:KeyName: the server has no key {Label(key)} with this algorithm.",
        ReturnCode.BadTime => "The operator must set the clock of this machine or of the server: they are more than five minutes apart.",
        _ => "The operator must compare Rfc2136:KeyName, :KeyAlgorithm and :KeySecret with the server's key.",
    };

    private static string Step(ReturnCode code, UpdateTarget target, TsigKey key) => code switch
    {
        ReturnCode.Refused => $"The operator must let the key {Label(key)} change TXT and CNAME records in {Label(target)} (BIND: update-policy; PowerDNS: dnsupdate=yes and TSIG-ALLOW-DNSUPDATE).",
        ReturnCode.NotAuthoritive => $"The operator must check Rfc2136:Zone and Rfc2136:Servers: the server is not the primary of {Label(target)}, or refuses the key.",
        ReturnCode.NotZone => $"The operator must check Rfc2136:Zone: the record does not belong to {Label(target)}. Hosting:RecordZone must be that zone or a name in it.",
        ReturnCode.NotImplemented => "The operator must switch dynamic updates on at the server, or name another in Rfc2136:Servers.",
        ReturnCode.ServerFailure => "The operator must check the server's log. A frequent cause is that the server may not write the zone's journal.",
        _ => "It is retried automatically; if the problem persists, check the server's log.",
    };

    private static string TsigName(ReturnCode error) => error == (ReturnCode)BadSig ? "BADSIG" : error.ToString().ToUpperInvariant();

    private static string Name(ReturnCode code) => code == ReturnCode.NotAuthoritive ? "NotAuth" : code.ToString();

    private static string Label(TsigKey key) => $"“{key.Name.ToString().TrimEnd('.')}”";

    private static string Label(UpdateTarget target) => $"the zone {target.Zone.ToString().TrimEnd('.')}";
}
