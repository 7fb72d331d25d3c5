using Consensus.Hosting.Validation;
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
    /// <param name="demands">What their engine demands.</param>
    /// <param name="mark">What the folder is marked with beside the name of the engine, if anything.</param>
    /// <returns>What is in it, and whether it was created just now.</returns>
    /// <exception cref="ConsensusException">The folder is missing, in use, belongs to another node or another engine, or is damaged; the message names the setting.</exception>
    public static (ReplicaStorage Storage, bool IsNew) Open(IFileSystem files, ConsensusOptions options, EngineDemands demands, string? mark)
    {
        var identity = new ReplicaIdentity(options.ClusterId, options.Node);
        var layout = new ReplicaStorageOptions
        {
            Log = new WriteAheadLogOptions
            {
                SegmentBytes = options.Storage.SegmentBytes,
                ReserveBytes = (int)StorageRules.Reserve(demands),
            },
            Snapshots = new SnapshotStoreOptions(options.Snapshots.Retained),
        };
        var isNew = Named(options, () => !ReplicaStorage.Exists(files, options.DataDirectory));
        if (isNew && options.Initialize == InitializeMode.Never)
        {
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"{PathOf(options)} is \"{options.DataDirectory}\", where no data of node {options.Node} is, and {options.Path}:{nameof(options.Initialize)} is \"{InitializeMode.Never}\". Correct the path. A node that lost its data must not begin anew under its number, because it has forgotten its votes: remove it from the group, and let a node with a new number and \"{InitializeMode.Join}\" take its place. Only a group that never ran may begin with \"{InitializeMode.IfMissing}\".");
        }

        return Named(options, () =>
        {
            if (isNew)
            {
                ReplicaStorage.Create(files, options.DataDirectory, identity, options.InitialMembership, layout);
            }

            var storage = ReplicaStorage.Open(files, options.DataDirectory, identity, layout);
            try
            {
                RequireEngine(files, options, mark);
            }
            catch
            {
                storage.Dispose();
                throw;
            }

            return (storage, isNew);
        });
    }

    private static void RequireEngine(IFileSystem files, ConsensusOptions options, string? mark)
    {
        string? other;
        try
        {
            other = EngineMark.FindOther(files, options.DataDirectory, mark is null ? options.EngineName : $"{options.EngineName} {mark}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException(ConsensusFailure.StorageFailed, $"Which algorithm the folder belongs to cannot be read or written: {exception.Message}", exception);
        }

        if (mark is not null && other?.StartsWith($"{options.EngineName} ", StringComparison.OrdinalIgnoreCase) == true)
        {
            // What the group began with is hashed in the form in which epochs are written: that of another form says nothing.
            var (format, present) = (FormatIn(other), FormatIn($"{options.EngineName} {mark}"));
            if (format != present)
            {
                throw new ConsensusException(
                    ConsensusFailure.StorageForeign,
                    $"Its epochs are written in format {format}, by an earlier or later version of this program; allowed: format {present}. Go on with that version, or begin a new group with new folders.");
            }

            throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"Its data is of a group that began with other {nameof(options.Members)}, or public keys of theirs, or another value of {nameof(options.Hybrid)}:{nameof(options.Hybrid.Start)}, {nameof(options.Hybrid.EscalationTarget)}, {nameof(options.Hybrid.EscalatesForCommands)}, {nameof(options.Hybrid.ReturnsAlone)} or {nameof(options.Hybrid.OperatorKeys)} than {options.Path} has. What a group began with stays in its configuration as long as it exists, whichever engine runs by now, and whatever rules and operators were ordered since: put back what was changed, or begin a new group with new folders.");
        }

        if (other is not null)
        {
            other = other.Split(' ')[0];
            var chosen = options.IsAuto ? $"chooses \"{options.EngineName}\" with the present {nameof(options.Selection)} and {nameof(options.Members)}" : $"is \"{options.EngineName}\"";
            throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"Its data is of the algorithm \"{other}\", and {options.Path}:{nameof(options.Algorithm)} {chosen}. What one algorithm has written another cannot go on with: name \"{other}\", or begin a new group with new folders.");
        }
    }

    /// <summary>The form in which a folder's epochs are written, by its mark; before there was more than one, it was not named.</summary>
    private static string FormatIn(string mark) => mark.Split(' ') is [_, _, var format] ? format : "1";

    private static string PathOf(ConsensusOptions options) => $"{options.Path}:{nameof(options.DataDirectory)}";

    /// <summary>The storage says what is wrong with a folder; whoever has to correct it looks for the setting.</summary>
    private static T Named<T>(ConsensusOptions options, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (ConsensusException exception)
        {
            var allowed = exception.Reason == ConsensusFailure.StorageFailed ? " Allowed: a folder that this process may read and write, on a disk with room." : "";
            throw new ConsensusException(exception.Reason, $"{PathOf(options)} is \"{options.DataDirectory}\". {exception.Message}{allowed}", exception);
        }
    }
}
