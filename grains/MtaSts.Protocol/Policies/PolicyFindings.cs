namespace MtaSts.Protocol;

/// <summary>Findings of one file, at most <see cref="PolicyReader.MaxFindings"/> of each weight.</summary>
internal sealed class PolicyFindings
{
    private readonly List<PolicyFinding> _all = [];
    private readonly int[] _counts = new int[Enum.GetValues<FindingWeight>().Length];

    /// <summary>The heaviest so far; a remark when there is none.</summary>
    public FindingWeight Worst { get; private set; }

    /// <summary>True when so many violations are kept that reading on is of no use.</summary>
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

    /// <summary>What concerns the whole file first, then line by line.</summary>
    public IReadOnlyList<PolicyFinding> ByLine() => [.. _all.OrderBy(static finding => finding.Line)];
}
