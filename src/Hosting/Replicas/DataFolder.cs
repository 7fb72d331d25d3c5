using Consensus.Storage;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Snapshots;

namespace Consensus.Hosting;

/// <summary>A node's data folder, which is created or opened as <see cref="ConsensusOptions.Initialize"/> says.</summary>
internal static class DataFolder
{
    /// <summary>Opens the folder, after creating it where that is allowed.</summary>
    /// <param name="files">Where the folder is.</param>
    /// <param name="options">Valid settings.</param>
    /// <returns>What is in it, and whether it was created just now.</returns>
    /// <exception cref="ConsensusException">The folder is missing, in use, belongs to another node or is damaged.</exception>
    public static (ReplicaStorage Storage, bool IsNew) Open(IFileSystem files, ConsensusOptions options)
    {
        var identity = new ReplicaIdentity(options.ClusterId, options.Node);
        var isNew = !ReplicaStorage.Exists(files, options.DataDirectory);
        if (isNew)
        {
            if (options.Initialize == InitializeMode.Never)
            {
                throw new ConsensusException(
                    ConsensusFailure.InvalidConfiguration,
                    $"{options.Path}:{nameof(options.DataDirectory)} is \"{options.DataDirectory}\", where no data of node {options.Node} is, and {options.Path}:{nameof(options.Initialize)} is \"{InitializeMode.Never}\". Correct the path, or let the node begin anew with \"{InitializeMode.IfMissing}\" or \"{InitializeMode.Join}\".");
            }

            ReplicaStorage.Create(files, options.DataDirectory, identity, options.InitialMembership);
        }

        var storage = ReplicaStorage.Open(files, options.DataDirectory, identity, new ReplicaStorageOptions
        {
            Log = new WriteAheadLogOptions { SegmentBytes = options.Storage.SegmentBytes },
            Snapshots = new SnapshotStoreOptions(options.Snapshots.Retained),
        });
        return (storage, isNew);
    }
}
