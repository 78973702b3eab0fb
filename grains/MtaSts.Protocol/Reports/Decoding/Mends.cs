namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Collects notes up to the limit.</summary>
internal struct Mends(int limit)
{
    private List<Mend>? _list;

    public bool Truncated { get; private set; }

    public readonly IReadOnlyList<Mend> List => _list is null ? [] : _list;

    /// <summary>Whether another note is kept; callers check this before building its text.</summary>
    public bool Wanted
    {
        get
        {
            if (_list is null || _list.Count < limit)
                return true;
            Truncated = true;
            return false;
        }
    }

    public void Add(Mend mend) => (_list ??= []).Add(mend);
}
