using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MtaSts.Grains.Domains;

[GrainType("rollout"), StatelessWorker(RolloutGrain.AtOnce)]
internal sealed partial class RolloutGrain(IRolloutJudge judge, ILogger<RolloutGrain> logger) : Grain, IRolloutGrain
{
    /// <summary>Concurrent judgements on a silo. Each reads the reports of some weeks.</summary>
    public const int AtOnce = 8;

    public async Task Judge(string domain, string workspaceId)
    {
        try
        {
            if (await judge.JudgeAsync(workspaceId, domain) is { } facts)
                await GrainFactory.Domain(domain).RolloutJudged(workspaceId, facts);
        }
        catch (Exception exception)
        {
            LogNotJudged(exception, domain); // Nobody receives an exception of a one-way call.
        }
    }

    [LoggerMessage(1310, LogLevel.Warning, "{Domain}: it was not judged whether the mode may change; the next check of the domain does it")]
    private partial void LogNotJudged(Exception exception, string domain);
}
