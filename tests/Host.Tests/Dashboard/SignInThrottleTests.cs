using System.Net;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Dashboard.SignIn;
using MtaSts.Web.Accounts;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>Strangers keep out nobody but themselves, and guess slowly.</summary>
public sealed class SignInThrottleTests
{
    private const string Owner = "OWNER@EXAMPLE.COM";

    private readonly FakeTimeProvider clock = new();
    private readonly SignInThrottle throttle;

    public SignInThrottleTests() => throttle = new SignInThrottle(clock);

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("2001:db8:1:1::9")]
    [InlineData("10.0.0.9")]
    public void Begin_AfterFiveWrongOnes_IsRefusedThereUntilTheWindowIsOver(string address)
    {
        Assert.Equal(5, Tries(Owner, address, 8));
        clock.Advance(ISignIn.FailureWindow - TimeSpan.FromSeconds(1));
        Assert.Equal(0, Tries(Owner, address, 1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Tries(Owner, address, 8));
    }

    [Theory]
    [InlineData("203.0.113.{0}", 60)]
    [InlineData("2001:db8:1:{0}::1", 250)]
    [InlineData("2001:db8:{0}::1", 250)]
    [InlineData("198.51.{0}.7", 250)]
    [InlineData("127.0.0.{0}", 100)]
    public void Begin_WhileStrangersAreWrongForDays_TheOwnerGetsIn(string strangers, int addresses)
    {
        for (var round = 0; round < 20; round++)
        {
            for (var i = 2; i < addresses; i++)
                Tries(Owner, string.Format(System.Globalization.CultureInfo.InvariantCulture, strangers, i), 6);
            var attempt = throttle.Begin(Owner, Network("192.0.2.1"), null);
            Assert.NotNull(attempt);
            attempt.Succeeded();
            clock.Advance(ISignIn.FailureWindow);
        }
    }

    [Theory]
    [InlineData("2001:db8:1:1::{0}", 250, 5)] // One line's addresses.
    [InlineData("2001:db8:1:{0}::1", 250, 59)] // One customer's: five each, and one each when it is seen to be many.
    [InlineData("203.0.113.{0}", 250, 59)]
    public void Begin_FromManyAddressesOfOneParty_IsBoundedTogether(string address, int addresses, int most)
    {
        var tries = Enumerable.Range(1, addresses).Sum(i => Tries(Owner, string.Format(System.Globalization.CultureInfo.InvariantCulture, address, i), 6));
        Assert.InRange(tries, 1, most);
    }

    [Fact]
    public void Begin_OnePasswordForManyAccounts_IsBoundedByAddress() =>
        Assert.Equal(SignInThrottle.OfNetwork, Enumerable.Range(0, 100).Sum(i => Tries($"USER{i}@EXAMPLE.COM", "203.0.113.9", 1)));

    [Fact]
    public void Begin_FromAThousandNetworks_HasOneTryEach()
    {
        var tries = Enumerable.Range(0, 1000).Sum(i => Tries(Owner, $"198.{18 + (i / 250)}.{i % 250}.1", 6));
        Assert.InRange(tries, 1000, 1000 + SignInThrottle.Distributed);
    }

    [Fact]
    public void Begin_FromTheSameAddressAsStrangers_ADeviceKnownFromBeforeGetsIn()
    {
        Tries(Owner, "203.0.113.9", 100);
        Assert.Null(throttle.Begin(Owner, Network("203.0.113.9"), null));
        Assert.NotNull(throttle.Begin(Owner, Network("203.0.113.9"), "device"));
    }

    [Fact]
    public void Begin_WithAStolenDeviceCookie_HasFewTries() => Assert.Equal(SignInThrottle.OfDevice, Tries(Owner, "203.0.113.9", 100, "device") - 5);

    [Fact]
    public void Begin_ManyAtOnce_CountBeforeTheyAreAnswered() =>
        Assert.Equal(5, Enumerable.Range(0, 50).Select(_ => throttle.Begin(Owner, Network("203.0.113.9"), null)).Count(attempt => attempt is not null));

    [Fact]
    public void Succeeded_ForgetsThePersonsMistakesAndNothingElse()
    {
        Tries(Owner, "203.0.113.9", 4);
        Tries("OTHER@EXAMPLE.COM", "203.0.113.9", 5);
        throttle.Begin(Owner, Network("203.0.113.9"), null)!.Succeeded();
        Assert.Equal(5, Tries(Owner, "203.0.113.9", 8));
        Assert.Equal(0, Tries("OTHER@EXAMPLE.COM", "203.0.113.9", 1));
    }

    [Fact]
    public void NotChecked_DoesNotCount()
    {
        for (var i = 0; i < 50; i++)
            throttle.Begin(Owner, Network("203.0.113.9"), null)!.NotChecked();
        Assert.Equal(5, Tries(Owner, "203.0.113.9", 8));
    }

    private int Tries(string account, string address, int count, string? device = null) =>
        Enumerable.Range(0, count).Count(_ => throttle.Begin(account, Network(address), device) is not null);

    private static ClientNetwork Network(string address) => ClientNetwork.Of(IPAddress.Parse(address));
}
