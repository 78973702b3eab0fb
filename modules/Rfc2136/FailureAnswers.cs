using ARSoft.Tools.Net.Dns;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>The contract's answers to what a server said, in words that name the setting to look at.</summary>
internal static class FailureAnswers
{
    private const int BadSig = 16; // RFC 8945 §3: the number that EDNS uses for BADVERS.
    private static readonly TimeSpan AfterOutage = TimeSpan.FromSeconds(30);

    public static DnsChange Of(ServerAnswer answer, UpdateTarget target, TsigKey key) => answer switch
    {
        ServerAnswer.None none => new DnsChange.Failed($"RFC 2136: {none.Servers} gave no usable answer: {none.Reason}.", "The operator must see that the server runs and that Rfc2136:Servers leads to it over TCP."),
        ServerAnswer.Refused { Tsig: not ReturnCode.NoError } refused => new DnsChange.Failed($"RFC 2136: {refused.Server} refuses the signature ({TsigName(refused.Tsig)}).", TsigStep(refused.Tsig, key)),
        ServerAnswer.Refused refused => new DnsChange.Failed($"RFC 2136: {refused.Server} answers {Name(refused.Code)}.", Step(refused.Code, target, key)),
        _ => new DnsChange.Pending("The DNS server has taken the change and does not show it yet.", AfterOutage),
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
        ReturnCode.ServerFailure => "The operator will find the cause in the server's log: often it may not write the zone's journal.",
        _ => "It is retried automatically; if the problem persists, look into the server's log.",
    };

    private static string TsigName(ReturnCode error) => error == (ReturnCode)BadSig ? "BADSIG" : error.ToString().ToUpperInvariant();

    private static string Name(ReturnCode code) => code == ReturnCode.NotAuthoritive ? "NotAuth" : code.ToString();

    private static string Label(TsigKey key) => $"“{key.Name.ToString().TrimEnd('.')}”";

    private static string Label(UpdateTarget target) => $"the zone {target.Zone.ToString().TrimEnd('.')}";
}
