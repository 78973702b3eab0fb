namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>What the client's address may still do in this minute, and hold.</summary>
internal interface IAllowance
{
    /// <summary>Takes one message from what is left; false when nothing is.</summary>
    bool TakeMessage();

    /// <summary>Whether it may name another recipient.</summary>
    bool MayGuess { get; }

    /// <summary>It named a recipient that does not exist.</summary>
    void Guessed();

    /// <summary>Takes memory for a message that will then hold so much; false when the address's messages hold all they may.</summary>
    bool TryHold(long bytes, long held);

    /// <summary>Gives memory back.</summary>
    void Release(long bytes);
}
