namespace Consensus.Hosting;

/// <summary>A node's data folder, which is created or opened as <see cref="ConsensusOptions.Initialize"/> says.</summary>
internal interface IDataFolder
{
    /// <summary>Opens the folder, after creating it where that is allowed.</summary>
    /// <param name="options">Valid settings.</param>
    /// <returns>What is in it, and whether it was created just now.</returns>
    /// <exception cref="ConsensusException">The folder is missing, belongs to another node or is damaged.</exception>
    (OpenedStorage Storage, bool IsNew) Open(ConsensusOptions options);
}
