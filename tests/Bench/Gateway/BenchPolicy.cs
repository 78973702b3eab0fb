using System.Text;
using MtaSts.Grains;
using MtaSts.Host.Gateway;

namespace MtaSts.Bench.Gateway;

/// <summary>The one policy of the measurement, in memory.</summary>
internal sealed class BenchPolicy : IPolicySource
{
    public const string Domain = "bench.example";
    public const string Host = "mta-sts." + Domain;
    public const string Path = "/.well-known/mta-sts.txt";

    public static byte[] Body { get; } = Encoding.ASCII.GetBytes("version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mx1.bench.example\r\nmx: mx2.bench.example\r\n");

    public ValueTask<ServedPolicy?> GetAsync(string domain) => ValueTask.FromResult(domain == Domain ? new ServedPolicy(1, "1", Body) : null);

    public Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until) => Task.CompletedTask;
}
