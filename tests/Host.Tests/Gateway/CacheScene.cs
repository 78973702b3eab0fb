using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Gateway;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>A cache on a clock and a source that the test drives.</summary>
internal sealed class CacheScene : IDisposable
{
    public const string Host = "mta-sts.example.com";

    public CacheScene(Action<GatewayOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Cache = new PolicyCache(Source, Microsoft.Extensions.Options.Options.Create(Options), Clock, NullLogger<PolicyCache>.Instance);
    }

    public GatewayOptions Options { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public HandDrivenSource Source { get; } = new();

    public PolicyCache Cache { get; }

    /// <summary>A cache that holds version 1 of <see cref="Host"/>, asked for at this moment.</summary>
    public static async Task<CacheScene> WithPolicyAsync(Action<GatewayOptions>? configure = null)
    {
        var scene = new CacheScene(configure);
        scene.Source.Serve("example.com", HandDrivenSource.Policy(1));
        await scene.FindAsync();
        return scene;
    }

    /// <summary>What a sender is answered, and the seconds it may be kept; fails when there is no answer within the patience of the test.</summary>
    public async Task<(int? Number, bool IsKnown, int SecondsLeft)> FindAsync(string host = Host)
    {
        var answer = await Cache.FindAsync(host).AsTask().WaitAsync(TimeSpan.FromMinutes(2));
        return (answer.Policy?.Number, answer.IsKnown, answer.SecondsLeft);
    }

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Cache.Dispose();
}
