using System.Globalization;
using MtaSts.Protocol;

namespace MtaSts.Application.Moving;

/// <summary>The texts of moving in.</summary>
public static class MoveInTexts
{
    /// <summary>What to do next, and why.</summary>
    public static string Explain(MoveInReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Step switch
        {
            MoveInStep.TakeOver when report.IsChanged => "The other service has changed its policy. Take over the new one before you change the CNAME.",
            MoveInStep.TakeOver => "Take over the policy that senders get now, with the same mode, MX hosts and max_age. They apply it already, so this is no new risk. Change it after the move.",
            MoveInStep.SwitchOn => "The policy is taken over. Switch hosting on; leave the CNAME as it is.",
            MoveInStep.ProveControl => "Publish the TXT record at _mtasts-claim shown under Set-up, and leave the CNAME as it is. The policy is then served here before senders come.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"The policy is served here. Change the CNAME now, and leave the id as it is: the new id is shown under Set-up when the CNAME has moved. If the certificate is issued only after that, senders use their cached policy meanwhile, for up to {Age(report.Theirs.MaxAge)} since their last fetch."),
        };
    }

    /// <summary>A difference, and whether senders notice it.</summary>
    public static string Explain(PolicyBodyDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        return difference.Kind switch
        {
            PolicyBodyDifferenceKind.LineEnds => "Harmless: lines end in LF there and in CRLF here. Senders accept both.",
            PolicyBodyDifferenceKind.LastLineEnd => "Harmless: the last line has no line end there.",
            PolicyBodyDifferenceKind.Spacing => "Harmless: white space.",
            PolicyBodyDifferenceKind.Order => "Harmless: the lines are in another order.",
            PolicyBodyDifferenceKind.UnknownFields => $"Harmless: senders ignore fields that RFC 8461 does not define: {NameList.Text(difference.Theirs)}.",
            PolicyBodyDifferenceKind.Repeated => $"Harmless for most senders: a repeated line is left out here: {NameList.Text(difference.Theirs)}. Some senders use the last one of a repeated field.",
            PolicyBodyDifferenceKind.Case => "Harmless: host names are in lower case here.",
            _ => $"Not harmless: senders read another policy. There: {Or(difference.Theirs)}. Here: {Or(difference.Ours)}.",
        };
    }

    private static string Or(IReadOnlyList<string> lines) => lines.Count == 0 ? "no such line" : NameList.Text(lines);

    private static string Age(int seconds) => seconds >= 172_800 ? $"{seconds / 86_400} days" : $"{Math.Max(1, seconds / 3_600)} hours";
}
