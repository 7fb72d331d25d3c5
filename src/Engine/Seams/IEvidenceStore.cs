using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>Keeps what proves that a member is faulty.</summary>
public interface IEvidenceStore
{
    /// <summary>
    /// Keeps evidence, durably as soon as the disk allows it. The same evidence may come again. Called on the files' lane, one call at a time; what goes wrong with the disk is the
    /// store's to report: no replica stops for it.
    /// </summary>
    /// <param name="evidence">The evidence, whose signatures have been checked.</param>
    void Save(EquivocationEvidence evidence);
}
