using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>The dialogue line by line.</summary>
public sealed class SessionTests
{
    private const string Rcpt = "RCPT TO:<" + Talk.Known + "@reports.example>";

    [Fact]
    public void Dialogue_Whole_IsAsTheRfcSays()
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME", Rcpt, "DATA", "Subject: x", "", "..dot", "text", ".", "QUIT");
        Assert.Equal("""
            220 mx.reports.example ESMTP MtaSts
            250-mx.reports.example
            250-SIZE 10485760
            250-PIPELINING
            250-8BITMIME
            250-SMTPUTF8
            250-CHUNKING
            250 ENHANCEDSTATUSCODES
            250 2.1.0 Ok
            250 2.1.5 Ok
            354 End with CR LF . CR LF
            250 2.0.0 Stored as *
            221 2.0.0 Goodbye

            """.ReplaceLineEndings("\r\n"), System.Text.RegularExpressions.Regex.Replace(talk.All, "Stored as [a-z0-9]+", "Stored as *"));
        Assert.Equal("Subject: x\r\n\r\n.dot\r\ntext\r\n", talk.Message);
        Assert.True(talk.IsClosed);
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.example>", "503 5.5.1")]
    [InlineData("RCPT TO:<a@reports.example>", "503 5.5.1")]
    [InlineData("DATA", "503 5.5.1")]
    [InlineData("BDAT 0 LAST", "503 5.5.1")]
    [InlineData("STARTTLS", "502 5.5.1")]
    [InlineData("LHLO client.example", "500 5.5.2")]
    [InlineData("EHLO", "501 5.5.4")]
    [InlineData("HELO ", "501 5.5.4")]
    [InlineData("HELO client.example", "250 mx.reports.example")]
    [InlineData("NOOP whatever", "250 2.0.0")]
    [InlineData("RSET", "250 2.0.0")]
    [InlineData("noop", "250 2.0.0")]
    [InlineData("HELP", "214 2.0.0")]
    [InlineData("VRFY " + Talk.Known, "252 2.1.5")]
    [InlineData("VRFY " + Talk.Unknown, "252 2.1.5")]
    [InlineData("EXPN all", "502 5.5.1")]
    [InlineData("AUTH PLAIN AHg=", "502 5.5.1")]
    [InlineData("GET / HTTP/1.1", "500 5.5.2")]
    [InlineData("", "500 5.5.2")]
    [InlineData("NO\0OP", "500 5.5.2")]
    [InlineData("NOOP \u00ff", "500 5.5.2")]
    [InlineData("NOOP\rNOOP", "500 5.5.2")]
    public void Command_First_IsAnswered(string line, string reply)
    {
        using var talk = new Talk();
        Assert.StartsWith(reply, talk.Say(line), StringComparison.Ordinal);
        Assert.False(talk.IsClosed);
    }

    [Theory]
    [InlineData("MAIL FROM:<>", "250")]
    [InlineData("MAIL FROM: <a@b.example>", "250")]
    [InlineData("mail from:<a@b.example> size=1 body=7bit", "250")]
    [InlineData("MAIL FROM:<@relay.example,@other.example:a@b.example>", "250")]
    [InlineData("MAIL FROM:<\"a>b\"@b.example>", "250")]
    [InlineData("MAIL FROM:<ü@b.example> SMTPUTF8", "250")]
    [InlineData("MAIL FROM:<ü@b.example>", "553 5.6.7")]
    [InlineData("MAIL FROM:a@b.example", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b.example", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b.example>x", "501 5.1.7")]
    [InlineData("MAIL FROM:<a b@b.example>", "501 5.1.7")]
    [InlineData("MAIL TO:<a@b.example>", "501 5.1.7")]
    [InlineData("MAIL", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=10485760", "250")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=10485761", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=99999999999999999999", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=-1", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> RET=FULL", "555 5.5.4")]
    public void Mail_Forms_AreTakenOrRefused(string line, string reply)
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example");
        Assert.StartsWith(reply, talk.Send(System.Text.Encoding.UTF8.GetBytes(line + "\r\n")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RCPT TO:<" + Talk.Known + "@reports.example>", "250 2.1.5")]
    [InlineData("RCPT TO:<ABCDEFGHIJKLMNOPQRSTUVWXYZ@REPORTS.EXAMPLE.>", "250 2.1.5")]
    [InlineData("RCPT TO: <\"" + Talk.Known + "\"@reports.example>", "250 2.1.5")]
    [InlineData("RCPT TO:<@relay.example:" + Talk.Known + "@reports.example>", "250 2.1.5")]
    [InlineData("RCPT TO:<" + Talk.Unknown + "@reports.example>", "550 5.1.1")]
    [InlineData("RCPT TO:<" + Talk.Known + "@example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<" + Talk.Known + "%reports.example@example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<@reports.example:a@example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<\"a@reports.example\"@example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<postmaster>", "550 5.1.1 No mailbox here")]
    [InlineData("RCPT TO:<Postmaster@reports.example>", "550 5.1.1 No mailbox here")]
    [InlineData("RCPT TO:<postmaster@example.com>", "550 5.7.1")]
    [InlineData("RCPT TO:<>", "501 5.1.3")]
    [InlineData("RCPT TO:<a@reports.example> NOTIFY=NEVER", "555 5.5.4")]
    public void Recipient_Forms_AreTakenOrRefused(string line, string reply)
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<>");
        Assert.StartsWith(reply, talk.Say(line), StringComparison.Ordinal);
    }

    [Fact]
    public void Recipient_InboxCannotTell_IsPutOff()
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<>");
        talk.Inbox.IsOut = true;
        Assert.StartsWith("451 4.3.0", talk.Say(Rcpt), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_AllRecipientsRefused_IsRefused()
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<>", $"RCPT TO:<{Talk.Unknown}@reports.example>");
        Assert.StartsWith("554 5.5.1", talk.Say("DATA"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EHLO again.example")]
    [InlineData("RSET")]
    public void Transaction_StartedOver_IsForgotten(string command)
    {
        using var talk = new Talk().Begun();
        Assert.StartsWith("250", talk.Say(command), StringComparison.Ordinal);
        Assert.StartsWith("503 5.5.1 Send MAIL", talk.Say("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    public void Mail_Nested_IsRefused()
    {
        using var talk = new Talk().Begun();
        Assert.StartsWith("503 5.5.1", talk.Say("MAIL FROM:<c@d.example>"), StringComparison.Ordinal);
        Assert.StartsWith("354", talk.Say("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_Empty_IsRefusedForGood()
    {
        using var talk = new Talk().Begun();
        Assert.StartsWith("554 5.6.0", talk.Say("DATA", ".")[28..], StringComparison.Ordinal);
    }

    [Fact]
    public void Session_SecondMessage_HasNothingOfTheFirst()
    {
        using var talk = new Talk().Begun();
        talk.Say("DATA", "one", ".");
        talk.Say("MAIL FROM:<>", $"RCPT TO:<{Talk.AlsoKnown}@reports.example>", "DATA", "two", ".");
        Assert.Equal([(Talk.Known, 5), (Talk.AlsoKnown, 5)], talk.Inbox.Stored.Select(envelope => (envelope.Token, envelope.Raw.Length)).Order());
    }

    [Fact]
    public void Smtp_SeveralRecipientsOneCannotBeStored_IsPutOffForAll()
    {
        using var talk = new Talk().Begun(Talk.Known, Talk.AlsoKnown);
        talk.OnStore = token => token == Talk.Known ? new Receipt.Stored("rp-1") : new Receipt.Unavailable("out");
        Assert.StartsWith("451 4.3.0", Last(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void Smtp_AddressHasHadItsShare_IsPutOff()
    {
        using var talk = new Talk().Begun();
        talk.OnStore = _ => new Receipt.Unavailable("spent") { IsOverShare = true };
        Assert.StartsWith("452 4.2.2", Last(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void Smtp_SeveralRecipientsOneIsGone_IsTaken()
    {
        using var talk = new Talk().Begun(Talk.Known, Talk.AlsoKnown);
        talk.OnStore = token => token == Talk.Known ? new Receipt.UnknownToken() : new Receipt.Stored("rp-1");
        Assert.StartsWith("250 2.0.0 Stored as rp-1", Last(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void Smtp_AllAreGone_IsRefused()
    {
        using var talk = new Talk().Begun(Talk.Known, Talk.AlsoKnown);
        talk.OnStore = _ => new Receipt.UnknownToken();
        Assert.StartsWith("550 5.1.1", Last(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void Smtp_SameRecipientTwice_IsStoredOnce()
    {
        using var talk = new Talk().Begun(Talk.Known, Talk.Known);
        talk.Say("DATA", "x", ".");
        Assert.Equal(1, talk.Inbox.Deliveries);
    }

    [Fact]
    public void Lmtp_Whole_HasOneReplyForEachRecipient()
    {
        using var talk = new Talk(lmtp: true);
        Assert.StartsWith("500", talk.Say("EHLO client.example"), StringComparison.Ordinal);
        Assert.EndsWith("250 ENHANCEDSTATUSCODES\r\n", talk.Say("LHLO client.example"), StringComparison.Ordinal);
        talk.Say("MAIL FROM:<>", Rcpt, $"RCPT TO:<{Talk.Unknown}@reports.example>", $"RCPT TO:<{Talk.AlsoKnown}@reports.example>", Rcpt);
        talk.OnStore = token => token == Talk.Known ? new Receipt.Stored("rp-1") : new Receipt.Unavailable("out");
        Assert.Equal(
            "354 End with CR LF . CR LF\r\n250 2.0.0 Stored as rp-1\r\n451 4.3.0 The mail cannot be stored now, try again later\r\n250 2.0.0 Stored as rp-1\r\n",
            talk.Say("DATA", "x", "."));
    }

    [Fact]
    public void Lmtp_NoRecipient_IsRefusedAsItsRfcSays()
    {
        using var talk = new Talk(lmtp: true);
        talk.Say("LHLO client.example", "MAIL FROM:<>", $"RCPT TO:<{Talk.Unknown}@reports.example>");
        Assert.StartsWith("503 5.5.1", talk.Say("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    public void Lmtp_TooLarge_IsSaidForEachRecipient()
    {
        using var talk = new Talk(lmtp: true, configure: options => options.MaxMessageBytes = 10);
        talk.Say("LHLO client.example", "MAIL FROM:<>", Rcpt, $"RCPT TO:<{Talk.AlsoKnown}@reports.example>");
        Assert.Equal(2, talk.Say("DATA", "0123456789", ".").Split("552 5.3.4").Length - 1);
    }

    [Fact]
    public void StartTls_Alone_ForgetsWhatWasSaidBefore()
    {
        using var talk = new Talk(tls: true);
        Assert.Contains("250-STARTTLS", talk.Say("EHLO client.example"), StringComparison.Ordinal);
        talk.Say("MAIL FROM:<>", Rcpt);
        Assert.StartsWith("220 2.0.0", talk.Say("STARTTLS"), StringComparison.Ordinal);
        Assert.StartsWith("503 5.5.1 Send EHLO", talk.Say("MAIL FROM:<>"), StringComparison.Ordinal);
        Assert.DoesNotContain("STARTTLS", talk.Say("EHLO client.example"), StringComparison.Ordinal);
        Assert.StartsWith("503 5.5.1", talk.Say("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("503 5.5.1", talk.Say("STARTTLS"), StringComparison.Ordinal);
    }

    [Fact]
    public void StartTls_CommandsBehindItInClearText_EndsTheConnection()
    {
        using var talk = new Talk(tls: true);
        talk.Say("EHLO client.example");
        var replies = talk.Say("STARTTLS", "EHLO injected.example", "MAIL FROM:<evil@evil.example>");
        Assert.Equal("503 5.5.1 No data allowed after STARTTLS before its reply\r\n", replies);
        Assert.True(talk.IsClosed);
    }

    private static string Last(string replies) => replies.Split("\r\n")[^2];
}
