using System.Globalization;
using System.Text;

namespace MtaSts.Protocol;

/// <summary>
/// Writes the one form that every known reader understands: version, mode, max_age, then mx; each key once; CRLF after every line;
/// ASCII alone.
/// </summary>
public static class PolicyWriter
{
    /// <summary>Largest file written, in bytes: 10 KiB, where chasquid truncates. RFC 8461 §3.3 suggests 64 KB to readers.</summary>
    public const int MaxSize = 10 * 1024;

    /// <summary>The file to be served, byte for byte.</summary>
    /// <exception cref="ArgumentException"><see cref="PolicyRules.Check"/> reports a problem; check outside input first.</exception>
    public static byte[] Write(Policy policy)
    {
        var problems = PolicyRules.Check(policy);
        return problems.Count == 0
            ? Encoding.ASCII.GetBytes(Format(policy))
            : throw new ArgumentException(problems[0].Message, nameof(policy));
    }

    /// <summary>The size in bytes of the output of <see cref="Write"/>.</summary>
    internal static long SizeOf(Policy policy) =>
        Header(policy).Length + policy.Mx.Sum(static pattern => (long)"mx: \r\n".Length + pattern.Value.Length);

    private static string Format(Policy policy)
    {
        var text = new StringBuilder(Header(policy));
        foreach (var pattern in policy.Mx)
            text.Append("mx: ").Append(pattern.Value).Append("\r\n");
        return text.ToString();
    }

    private static string Header(Policy policy) => string.Create(
        CultureInfo.InvariantCulture, $"version: STSv1\r\nmode: {policy.Mode.ToText()}\r\nmax_age: {policy.MaxAge}\r\n");
}
