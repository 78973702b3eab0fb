namespace MtaSts.Protocol;

/// <summary>Findings of one file, at most <see cref="PolicyReader.MaxFindings"/> of each weight.</summary>
internal sealed class PolicyFindings
{
    private readonly List<PolicyFinding> _all = [];
    private readonly int[] _counts = new int[Enum.GetValues<FindingWeight>().Length];

    /// <summary>The highest severity so far; a remark when there is no finding.</summary>
    public FindingWeight Worst { get; private set; }

    /// <summary>True when the maximum number of violations is reached and reading can stop.</summary>
    public bool IsFull => _counts[(int)FindingWeight.Violation] >= PolicyReader.MaxFindings;

    public void Add(int line, FindingWeight weight, string code, string rule, string message)
    {
        if (weight > Worst)
            Worst = weight;
        if (_counts[(int)weight] >= PolicyReader.MaxFindings)
            return;
        _counts[(int)weight]++;
        _all.Add(new PolicyFinding(line, weight, code, rule, message));
    }

    public void AddOnce(int line, FindingWeight weight, string code, string rule, string message)
    {
        if (!_all.Exists(finding => finding.Code == code))
            Add(line, weight, code, rule, message);
    }

    /// <summary>Findings about the whole file first, then by line.</summary>
    public IReadOnlyList<PolicyFinding> ByLine() => [.. _all.OrderBy(static finding => finding.Line)];
}
