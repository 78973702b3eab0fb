namespace MtaSts.Host.Mx;

/// <summary>Text of a server, as it may be stored and shown: printable ASCII, bounded.</summary>
internal static class PrintableText
{
    public static string Of(string text)
    {
        var line = text.AsSpan().Trim();
        return string.Create(Math.Min(line.Length, MxLimits.Text), line, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = source[i] is >= ' ' and <= '~' ? source[i] : source[i] is '\r' or '\n' or '\t' ? ' ' : '?';
        });
    }
}
