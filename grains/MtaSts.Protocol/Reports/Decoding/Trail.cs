using System.Globalization;
using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Position of the reader in a delivery. Formatted only when a part cannot be read.</summary>
internal sealed class Trail
{
    private const int LongestName = 100;

    private readonly List<Step> _steps = new(4);

    public void Enter(string what, int number, ArraySegment<byte> name = default, MailPart? part = null) => _steps.Add(new Step(what, number, name, part));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>Such as <c>part 2 (reports.zip), file 3 (r3.json)</c>; the delivery itself when it has no parts.</summary>
    public string Describe() => _steps.Count == 0 ? "the delivery" : string.Join(", ", _steps.Select(Describe));

    private static string Describe(Step step)
    {
        var name = step.Part is { } part ? part.FileName : Encoding.UTF8.GetString(step.Name);
        var place = string.Create(CultureInfo.InvariantCulture, $"{step.What} {step.Number}");
        return string.IsNullOrWhiteSpace(name) ? place : $"{place} ({Clean(name)})";
    }

    // The last part of a path, without characters that could break a line or a page.
    private static string Clean(string name)
    {
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = name.Length <= LongestName ? name : name[..LongestName] + "…";
        return string.Concat(name.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
    }

    private readonly record struct Step(string What, int Number, ArraySegment<byte> Name, MailPart? Part);
}
