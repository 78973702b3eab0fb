namespace MtaSts.Grains;

/// <summary>
/// Remembers the envelopes whose signatures could not be checked because the DNS did not answer, and has them looked at again. Key: <c>dr-n</c>.
/// </summary>
[Alias("MtaSts.IDkimRetryGrain")]
public interface IDkimRetryGrain : IGrainWithStringKey
{
    /// <summary>How many there are; each groups many envelopes into one write.</summary>
    const int Lanes = 4;

    /// <summary>Returns when the id is durable.</summary>
    [Alias("Add"), Orleans.Concurrency.AlwaysInterleave]
    Task Add(string envelopeId);
}
