using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Decode;

internal static class OurDecoder
{
    public static Sums Decode(byte[] raw)
    {
        var sums = default(Sums);
        if (ReportDecoder.Decode(raw, ReportLimits.Default) is not DecodeResult.Decoded decoded)
            return sums;
        foreach (var report in decoded.Reports)
        {
            sums += new Sums(1, 0, 0, 0);
            foreach (var policy in report.Policies)
                sums += new Sums(0, policy.Successful, policy.Failed, policy.Details.Count);
        }
        return sums;
    }
}
