using MtaSts.Modules.Notices;

namespace MtaSts.Grains;

/// <summary>Makes the texts of notices from their facts.</summary>
public interface INoticeWriter
{
    /// <summary>Severity of an alert.</summary>
    NoticeSeverity SeverityOf(AlertView alert);

    /// <summary>The notice. The same facts give the same texts.</summary>
    /// <param name="content">The facts.</param>
    /// <param name="recipient">Who can unsubscribe; null: the channel has no recipient who must confirm.</param>
    Notice Write(NoticeContent content, NoticeRecipient? recipient);
}

/// <summary>The recipient of a notice.</summary>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="Channel">Id of the channel.</param>
/// <param name="Address">The recipient's address.</param>
public sealed record NoticeRecipient(string WorkspaceId, string Channel, string Address);

/// <summary>Reads what a digest tells.</summary>
public interface IDigestReader
{
    /// <summary>Most domains whose mode and sessions are read. Bounds: the grain calls for one digest.</summary>
    const int MaxDomains = 500;

    /// <summary>The open alerts, the domains and their sessions. <see cref="DigestFacts.Raised"/> and <see cref="DigestFacts.Resolved"/> are left to the caller.</summary>
    /// <param name="channel">Determines the domains, and the alerts by their severity.</param>
    Task<DigestFacts> ReadAsync(string workspaceId, ChannelContent channel, DateTimeOffset from, DateTimeOffset until);
}
