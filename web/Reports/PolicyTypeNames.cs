using MtaSts.Protocol.Reports;

namespace MtaSts.Web.Reports;

/// <summary>Human-readable names of policy types; empty for those not in an RFC.</summary>
internal static class PolicyTypeNames
{
    public static string Of(string type) => type switch
    {
        PolicyTypes.Sts => "MTA-STS",
        PolicyTypes.Tlsa => "DANE",
        PolicyTypes.NoPolicyFound => "the sender found no policy; Postfix with postfix-tlspol or postfix-mta-sts-resolver reports this for every domain in mode testing or none, which is harmless",
        _ => "",
    };
}
