using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Classes that measure memory or time, or take the whole machine: nothing runs beside them, neither in this process nor by <c>tests/run</c>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("machine", "alone")]
public sealed class Alone
{
    public const string Name = "alone";
}
