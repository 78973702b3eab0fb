namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>What the client's address may still do in this minute.</summary>
internal interface IAllowance
{
    /// <summary>Takes one message from what is left; false when nothing is.</summary>
    bool TakeMessage();

    /// <summary>Whether it may name another recipient.</summary>
    bool MayGuess { get; }

    /// <summary>It named a recipient that does not exist.</summary>
    void Guessed();
}
