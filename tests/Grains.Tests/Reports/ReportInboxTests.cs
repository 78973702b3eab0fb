using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What nobody claims needs no place among what is taken in.</summary>
public sealed class ReportInboxTests : DomainSceneTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override Task BeginAsync() => Scene.Claim("harbour.example");

    [Fact]
    public async Task LargeForNobody_WhileALargeOneIsTakenIn_IsToldAtOnce()
    {
        using var place = await Scene.Cluster.Services.GetRequiredService<IntakeGate>().EnterAloneAsync();
        var envelope = new Envelope("source.https", default, new byte[2 * IntakeGate.LargeFrom], "bbbbbbbbbbbbbbbbbbbbbbbbbb", null);
        Assert.IsType<Receipt.UnknownToken>(await Scene.Cluster.Services.GetRequiredService<IReportInbox>().AcceptAsync(envelope, TestContext.Current.CancellationToken));
    }
}
