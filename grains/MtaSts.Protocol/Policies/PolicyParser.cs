using System.Text;
using static MtaSts.Protocol.FindingWeight;
using static MtaSts.Protocol.PolicyCodes;

namespace MtaSts.Protocol;

/// <summary>Parses a policy file in one pass: collects its content and all violations and risks.</summary>
internal sealed class PolicyParser
{
    private const string Grammar = "RFC 8461 §3.2";
    private const int MaxAgeDigits = 10;

    private readonly PolicyFindings _findings = new();
    private readonly Dictionary<string, int> _firstLine = new(StringComparer.Ordinal);
    private readonly HashSet<MxPattern> _distinct = [];
    private readonly List<MxPattern> _mx = [];
    private PolicyMode? _mode;
    private int? _maxAge;
    private int _line;

    /// <summary>In the order of lines.</summary>
    public IReadOnlyList<PolicyFinding> Findings => _findings.ByLine();

    /// <summary>The parsed policy; null when there is a violation.</summary>
    public Policy? Policy { get; private set; }

    public void Parse(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            _findings.Add(0, Violation, EmptyFile, Grammar, "The file is empty. It needs version, mode, max_age and mx.");
            return;
        }

        if (file.Length > PolicyReader.MaxSize)
        {
            _findings.Add(
                0, Violation, TooLarge, "RFC 8461 §3.3", $"The file has {file.Length} bytes; senders read at most {PolicyReader.MaxSize}.");
            return;
        }

        ReadLines(file);
        CheckWhole(file.Length);
        if (_findings.Worst < Violation && _mode is { } mode && _maxAge is { } maxAge)
        {
            Policy = new Policy(mode, _mx, maxAge);
            var written = PolicyWriter.SizeOf(Policy);
            if (file.Length <= PolicyWriter.MaxSize && written > PolicyWriter.MaxSize)
                Report(0, Risk, PolicyRules.TooLargeAt(written));
        }
    }

    private void ReadLines(ReadOnlySpan<byte> file)
    {
        var rest = file;
        while (!rest.IsEmpty && !_findings.IsFull)
        {
            _line++;
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (end < 0)
                Add(Remark, NoFinalLineEnd, Grammar, "The last line has no line end. Senders accept that.");
            else if (line is [.., (byte)'\r'])
                line = line[..^1];
            else
                _findings.AddOnce(_line, Remark, LineFeedOnly, $"{Grammar}, erratum 6253", "Lines end in LF alone. Senders accept that.");
            ReadLine(line);
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        if (_line == 1 && line.StartsWith("\uFEFF"u8))
        {
            Add(Violation, ByteOrderMark, Grammar, "The file begins with a byte order mark. Save it as plain ASCII.");
            line = line[3..];
        }

        var content = line.TrimEnd(" \t"u8);
        if (content.IsEmpty)
        {
            Add(Violation, BlankLine, Grammar, "Empty lines are not allowed. Remove the line.");
            return;
        }

        if (content.Length < line.Length)
            Add(Remark, TrailingSpace, Grammar, "There is white space at the end of the line. Senders accept that.");
        if (content[0] is (byte)' ' or (byte)'\t')
        {
            Add(Violation, LeadingSpace, Grammar, "A line must not begin with white space. Remove it.");
            return;
        }

        var colon = content.IndexOf((byte)':');
        if (colon < 0)
        {
            Add(Violation, NoColon, Grammar, "A line must be a key, a colon and a value, such as mode: testing.");
            return;
        }

        var key = content[..colon];
        if (key is [.., (byte)' ' or (byte)'\t'])
            Add(Violation, SpaceBeforeColon, Grammar, "There is white space between the key and the colon. Remove it.");
        else if (!PolicySyntax.IsKey(key))
            Add(Violation, KeyInvalid, Grammar, "A key has 1 to 32 letters, digits, _, - or . and begins with a letter or digit.");
        else
            ReadField(Encoding.ASCII.GetString(key), content[(colon + 1)..].TrimStart(" \t"u8));
    }

    private void ReadField(string key, ReadOnlySpan<byte> value)
    {
        var isKnown = key is "version" or "mode" or "max_age" or "mx";
        var isFirst = _firstLine.TryAdd(key, _line);
        if (isKnown && key != "mx" && !isFirst)
        {
            Add(
                Risk, KeyDuplicate, $"{Grammar}; postfix-mta-sts-resolver, chasquid, mailauth and Stalwart take the last",
                $"{key} is already on line {_firstLine[key]}. Remove one of the two.");
            ReadExtension(value);
            return;
        }

        switch (key)
        {
            case "version":
                ReadVersion(value);
                break;
            case "mode":
                ReadMode(value);
                break;
            case "max_age":
                ReadMaxAge(value);
                break;
            case "mx":
                ReadMx(value);
                break;
            default:
                Add(Remark, KeyUnknown, Grammar, $"Senders ignore the key {key}{PolicySyntax.Suggest(key)}.");
                ReadExtension(value);
                break;
        }
    }

    private void ReadVersion(ReadOnlySpan<byte> value)
    {
        if (!value.SequenceEqual("STSv1"u8))
            Add(Violation, VersionInvalid, Grammar, "The version must be exactly STSv1.");
        else if (_line != 1)
            Add(Risk, VersionNotFirst, "Google's documentation", "The version must be on the first line for some senders. Move it there.");
    }

    private void ReadMode(ReadOnlySpan<byte> value)
    {
        if (PolicyModes.TryParse(Encoding.ASCII.GetString(value), out var mode))
            _mode = mode;
        else
            Add(Violation, ModeInvalid, Grammar, "The mode must be exactly enforce, testing or none, in lower case.");
    }

    private void ReadMaxAge(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > MaxAgeDigits || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Add(Violation, MaxAgeInvalid, Grammar, $"max_age must be a number of seconds of 1 to {MaxAgeDigits} digits.");
            return;
        }

        var seconds = 0L;
        foreach (var digit in value)
            seconds = seconds * 10 + (digit - '0');
        if (seconds > Policy.MaxAgeLimit)
        {
            Add(Violation, MaxAgeOutOfRange, Grammar, $"max_age must be at most {Policy.MaxAgeLimit} seconds.");
            return;
        }

        _maxAge = (int)seconds;
        if (seconds == 0)
            Report(_line, Risk, PolicyRules.ZeroMaxAge);
        if (value.Length > 1 && value[0] == '0')
            Add(Remark, MaxAgeLeadingZero, $"{Grammar}, erratum 7282", "max_age is written with leading zeros. Remove them.");
    }

    private void ReadMx(ReadOnlySpan<byte> value)
    {
        MxPattern? pattern = null;
        var fault = Ascii.IsValid(value)
            ? MxPattern.TryParseGrammar(Encoding.ASCII.GetString(value), out pattern)
            : HostFault.BadCharacter;
        if (pattern is null)
        {
            Add(Violation, MxInvalid, $"{Grammar}, RFC 5321 §4.1.2", PolicySyntax.ExplainMx(fault, value));
            return;
        }

        _mx.Add(pattern);
        if (value.ContainsAnyInRange((byte)'A', (byte)'Z'))
            Add(Remark, MxUpperCase, "RFC 8461 §4.1", "The host has upper case. Senders compare without regard to it.");
        if (!_distinct.Add(pattern))
            Report(_line, Risk, PolicyRules.Duplicate(pattern));
        else if (PolicyRules.Judge(pattern) is { } problem)
            Report(_line, Risk, problem);
    }

    private void ReadExtension(ReadOnlySpan<byte> value)
    {
        if (!PolicySyntax.IsExtensionValue(value))
            Add(Violation, ValueInvalid, Grammar, "The value must be printable UTF-8 text: not empty, without tabs or other controls.");
        else if (!Ascii.IsValid(value))
            Add(Risk, NotAscii, "postfix-mta-sts-resolver decodes as ASCII", "The value has characters outside ASCII. Remove them.");
    }

    private void CheckWhole(int size)
    {
        if (_findings.IsFull)
            return;
        if (!_firstLine.ContainsKey("version"))
            _findings.Add(0, Violation, VersionMissing, Grammar, "There is no version. Begin the file with version: STSv1.");
        if (!_firstLine.ContainsKey("mode"))
            _findings.Add(0, Violation, ModeMissing, Grammar, "There is no mode. Add mode: testing, enforce or none.");
        if (!_firstLine.ContainsKey("max_age"))
            _findings.Add(0, Violation, MaxAgeMissing, Grammar, "There is no max_age. Add it, such as max_age: 604800.");
        if (!_firstLine.ContainsKey("mx") && _mode is { } mode)
            Report(0, mode == PolicyMode.None ? Risk : Violation, PolicyRules.NoMx);
        if (size > PolicyWriter.MaxSize)
            Report(0, Risk, PolicyRules.TooLargeAt(size));
    }

    private void Add(FindingWeight weight, string code, string rule, string message) =>
        _findings.Add(_line, weight, code, rule, message);

    private void Report(int line, FindingWeight weight, PolicyProblem problem) =>
        _findings.Add(line, weight, problem.Code, problem.Basis, problem.Message);
}
