using MimeKit;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Mail;

public sealed class MailNotifierTests : IAsyncDisposable
{
    private readonly SmtpReceiver receiver = new();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    /// <summary>Only a reply about the recipient's mailbox is the channel's matter; everything else is the operator's, who can correct it.</summary>
    [Theory]
    [InlineData("HELLO", "421 4.3.2 Not now", "Unavailable")]
    [InlineData("HELLO", "554 5.7.1 Go away", "Unavailable")]
    [InlineData("AUTH", "535 5.7.8 Wrong", "Unavailable")]
    [InlineData("AUTH", "454 4.7.0 Later", "Unavailable")]
    [InlineData("MAIL", "451 4.3.0 Later", "Unavailable")]
    [InlineData("MAIL", "550 5.7.1 Sender refused", "Unavailable")]
    [InlineData("RCPT", "450 4.2.1 Greylisted", "Failed")]
    [InlineData("RCPT", "451 4.3.5 Server configuration error", "Unavailable")]
    [InlineData("RCPT", "550 5.1.1 No such user", "Refused")]
    [InlineData("RCPT", "552 5.2.2 Full", "Refused")]
    [InlineData("RCPT", "550 No such user", "Refused")]
    [InlineData("RCPT", "553 5.1.3 Bad", "Refused")]
    [InlineData("RCPT", "554 5.7.1 Relay access denied", "Unavailable")]
    [InlineData("RCPT", "550 5.7.1 Relaying denied", "Unavailable")]
    [InlineData("RCPT", "554 Relay access denied", "Unavailable")]
    [InlineData("RCPT", "550 5.1.8 Sender's domain unknown", "Unavailable")]
    [InlineData("DOT", "452 4.3.1 Full", "Unavailable")]
    [InlineData("DOT", "554 5.7.1 Spam", "Unavailable")]
    [InlineData("DOT", "nonsense", "Unavailable")]
    [InlineData("QUIT", "500 5.5.1 Why", "Delivered")]
    public async Task Send_Reply_IsItsResult(string command, string reply, string result)
    {
        receiver.Replies[command] = reply;
        var sent = await receiver.Notifier(("UserName", "alerts"), ("Password", SmtpReceiver.Password)).SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel(), default);
        Assert.Equal(result, sent.GetType().Name);
        Assert.DoesNotContain(SmtpReceiver.Password, sent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_Mail_HasTheEnvelopeAndTheHeaders()
    {
        Assert.Equal(new NoticeResult.Delivered("250 2.0.0 Ok: queued as 4F1"), await SendAsync(NotifierScene.Sample("one")));
        Assert.Contains(receiver.Lines, line => line.StartsWith("MAIL FROM:<alerts@example.net>", StringComparison.Ordinal));
        Assert.Contains("RCPT TO:<owner@example.com>", receiver.Lines);
        var mail = Assert.Single(receiver.Mails);
        Assert.Equal(("one@example.net", "auto-generated", "<https://mta.example.net/channels/1>"), (mail.MessageId, mail.Headers["Auto-Submitted"], mail.Headers[HeaderId.ListUnsubscribe]));
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers[HeaderId.ListUnsubscribePost]);
        Assert.Equal((new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "\"MTA-STS\" <alerts@example.net>", "owner@example.com"), (mail.Date, mail.From.ToString(), mail.To.ToString()));
    }

    /// <summary>A line break in a text neither adds a header nor ends the mail, and markup in a text is shown as text.</summary>
    [Fact]
    public async Task Send_HostileTexts_StayText()
    {
        var notice = NotifierScene.Sample("one") with { Paragraphs = ["a\r\n.\r\nQUIT\r\n", "<script>alert(1)</script><img src=\"https://evil.example/x\">"], NextStep = "</p><b>\u202emoc" };
        await SendAsync(notice);
        var mail = Assert.Single(receiver.Mails);
        Assert.Equal("The certificate of mx1.example.com <has expired> & “more”  Bcc: other@example.net", mail.Subject);
        Assert.Empty(mail.Bcc);
        Assert.Equal(["EHLO", "MAIL", "RCPT", "DATA", "QUIT"], receiver.Lines.Select(line => line[..4]));
        Assert.Contains("\n.\nQUIT\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', mail.HtmlBody! + mail.TextBody);
        Assert.Contains("href=\"https://mta.example.net/domains/example.com?tab=alerts&amp;id=1\"", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_LinksThatAreNone_AreLeftOut()
    {
        await SendAsync(NotifierScene.Sample("one") with { Link = new Uri("javascript:alert(1)"), UnsubscribeLink = new Uri("mailto:a@example.net") });
        var mail = Assert.Single(receiver.Mails);
        Assert.Null(mail.Headers[HeaderId.ListUnsubscribe]);
        Assert.DoesNotContain("javascript", mail.HtmlBody! + mail.TextBody, StringComparison.Ordinal);
    }

    /// <summary>RFC 8058 §3.1: one click needs HTTPS.</summary>
    [Fact]
    public async Task Send_UnsubscribeLinkWithoutTls_IsNoOneClick()
    {
        await SendAsync(NotifierScene.Sample("one") with { UnsubscribeLink = new Uri("http://mta.lan/recipients/unsubscribe/x") });
        var mail = Assert.Single(receiver.Mails);
        Assert.Equal(("<http://mta.lan/recipients/unsubscribe/x>", null), (mail.Headers[HeaderId.ListUnsubscribe], mail.Headers[HeaderId.ListUnsubscribePost]));
    }

    /// <summary>RFC 5322 §3.6.4: all notices of one cause refer to the same Message-ID, and notices of another cause to a different one.</summary>
    [Fact]
    public async Task Send_NoticesOfOneCause_ReferToTheSameMessage()
    {
        var notifier = receiver.Notifier();
        foreach (var notice in new[] { NotifierScene.Sample("one"), NotifierScene.Sample("two"), NotifierScene.Sample("three", "another cause") })
            await notifier.SendAsync(notice, SmtpReceiver.Channel(), default);
        var threads = receiver.Mails.Select(mail => (Assert.Single(mail.References), mail.InReplyTo)).ToArray();
        Assert.All(threads, thread => Assert.Equal(thread.Item1, thread.InReplyTo));
        Assert.Equal(threads[0], threads[1]);
        Assert.NotEqual(threads[0], threads[2]);
    }

    [Theory]
    [InlineData("grüße@example.com", "RCPT TO:<grüße@example.com>")]
    [InlineData("owner@bücher.example", "RCPT TO:<owner@xn--bcher-kva.example>")]
    [InlineData("owner@XN--BCHER-KVA.example", "RCPT TO:<owner@xn--bcher-kva.example>")]
    public async Task Send_InternationalAddress_IsSent(string address, string command)
    {
        Assert.IsType<NoticeResult.Delivered>(await receiver.Notifier().SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel(address), default));
        Assert.Contains(command, receiver.Lines);
        Assert.Equal(address.Contains("grüße", StringComparison.Ordinal), receiver.Lines.Any(line => line.StartsWith("MAIL", StringComparison.Ordinal) && line.Contains("SMTPUTF8", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Send_InternationalSenderDomain_IsWrittenInALabels()
    {
        await receiver.Notifier(("From", "alerts@bücher.example")).SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel(), default);
        Assert.Contains(receiver.Lines, line => line.StartsWith("MAIL FROM:<alerts@xn--bcher-kva.example>", StringComparison.Ordinal));
        Assert.Equal("one@xn--bcher-kva.example", Assert.Single(receiver.Mails).MessageId);
    }

    [Fact]
    public async Task Send_InternationalAddressToServerWithoutIt_IsRefused()
    {
        receiver.Capabilities = ["8BITMIME"];
        Assert.Contains("SMTPUTF8", Assert.IsType<NoticeResult.Refused>(await receiver.Notifier().SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel("grüße@example.com"), default)).Problem, StringComparison.Ordinal);
        Assert.Empty(receiver.Mails);
    }

    /// <summary>If the server does not offer STARTTLS, neither the password nor the mail is sent.</summary>
    [Fact]
    public async Task Send_ServerWithoutTls_FailsAndSendsNoPassword()
    {
        var failed = Assert.IsType<NoticeResult.Unavailable>(await receiver.Notifier(("Tls", "StartTls"), ("UserName", "alerts"), ("Password", SmtpReceiver.Password)).SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel(), default));
        Assert.Contains("STARTTLS", failed.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(receiver.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_PasswordFileMissing_FailsAndNamesTheSetting()
    {
        var failed = Assert.IsType<NoticeResult.Unavailable>(await receiver.Notifier(("UserName", "alerts"), ("PasswordFile", "/nowhere/password")).SendAsync(NotifierScene.Sample("one"), SmtpReceiver.Channel(), default));
        Assert.Contains("PasswordFile", failed.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Configure_WithoutHost_IsOffAndNamesTheSetting() => Assert.Equal("Modules:notice.mail:Host", SmtpReceiver.Configure().EnabledBy);

    [Theory]
    [InlineData("From", "alerts@example.net", "Host is not set")]
    [InlineData("Host", "smtp.example.net", "Set From")]
    [InlineData("Host", "smtp.example.net:25", "Host is", "From=a@example.net")]
    [InlineData("Tls", "None", "loopback", "Host=smtp.example.net", "From=a@example.net")]
    [InlineData("Port", "0", "Port", "Host=smtp.example.net", "From=a@example.net")]
    [InlineData("UserName", "u", "Password", "Host=smtp.example.net", "From=a@example.net")]
    [InlineData("Password", "p", "UserName", "Host=smtp.example.net", "From=a@example.net")]
    [InlineData("From", "a@example.net, b@example.net", "From", "Host=smtp.example.net")]
    [InlineData("From", "a@example.net\r\nBcc: b@example.net", "From", "Host=smtp.example.net")]
    [InlineData("Timeout", "00:01:00", "Timeout", "Host=smtp.example.net", "From=a@example.net")]
    [InlineData("Hots", "smtp.example.net", "Hots")]
    public void Configure_WrongSetting_IsRefusedAndNamed(string key, string value, string words, params string[] others)
    {
        var problem = Assert.ThrowsAny<Exception>(() => SmtpReceiver.Configure([.. others.Select(other => (other.Split('=')[0], other.Split('=')[1])), (key, value)]));
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    private Task<NoticeResult> SendAsync(Notice notice) => receiver.Notifier().SendAsync(notice, SmtpReceiver.Channel(), default);
}
