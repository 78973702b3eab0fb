using MtaSts.Host.Gateway;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Providers' question is answered from what senders are served, at the price senders' questions have.</summary>
public sealed class HostedNamesTests
{
    [Theory]
    [InlineData("mta-sts.example.com", HostedState.Hosted)]
    [InlineData("MTA-STS.EXAMPLE.COM", HostedState.Hosted)]
    [InlineData("mta-sts.other.com", HostedState.NotHosted)]
    [InlineData("example.com", HostedState.NotHosted)]
    [InlineData("mta-sts.bücher.example", HostedState.NotHosted)]
    [InlineData("192.0.2.1", HostedState.NotHosted)]
    [InlineData("2001:db8::1", HostedState.NotHosted)]
    [InlineData("", HostedState.NotHosted)]
    public async Task Find_Name_IsHostedWhenItsPolicyIsServed(string name, HostedState state)
    {
        using var scene = await CacheScene.WithPolicyAsync();
        Assert.Equal(state, await new HostedNames(scene.Cache).FindAsync(name));
    }

    [Fact]
    public async Task Find_StorageDown_KnownNamesStayAndUnknownOnesCannotBeTold()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Failure = new TimeoutException("storage");
        scene.Pass(3_600);
        var names = new HostedNames(scene.Cache);
        Assert.Equal(HostedState.Hosted, await names.FindAsync(CacheScene.Host));
        Assert.Equal(HostedState.CannotTell, await names.FindAsync("mta-sts.other.com"));
    }

    [Fact]
    public async Task Find_MadeUpNameOverAndOver_AsksTheGrainOncePerLease()
    {
        using var scene = new CacheScene();
        var names = new HostedNames(scene.Cache);
        for (var i = 0; i < 50; i++)
            Assert.Equal(HostedState.NotHosted, await names.FindAsync("mta-sts.made-up.example"));
        Assert.Equal(1, scene.Source.Asked);
    }

    [Fact]
    public async Task Find_NoLongerServed_IsRefusedWithinALease()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Serve("example.com", null);
        scene.Pass(scene.Options.Lease.TotalSeconds);
        Assert.Equal(HostedState.NotHosted, await new HostedNames(scene.Cache).FindAsync(CacheScene.Host));
    }
}
