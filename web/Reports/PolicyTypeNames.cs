using MtaSts.Protocol.Reports;

namespace MtaSts.Web.Reports;

/// <summary>What policy types stand for, in people's words; empty for those no RFC knows.</summary>
internal static class PolicyTypeNames
{
    public static string Of(string type) => type switch
    {
        PolicyTypes.Sts => "MTA-STS",
        PolicyTypes.Tlsa => "DANE",
        PolicyTypes.NoPolicyFound => "the sender saw no policy; Postfix with postfix-tlspol or postfix-mta-sts-resolver writes this of every domain whose policy is in testing or none, which is harmless",
        _ => "",
    };
}
