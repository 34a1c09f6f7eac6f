namespace ErzyCall.Client;

/// <summary>The numbers of the organization, from which calls are made.</summary>
public sealed class PhoneNumbersClient
{
    private readonly Transport _api;

    internal PhoneNumbersClient(Transport api) => _api = api;

    /// <summary>Adds a number of the organization's own.</summary>
    public Task<PhoneNumber> CreateAsync(CreatePhoneNumberRequest number, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreatePhoneNumber, Operations.CreatePhoneNumber.Path, number, idempotencyKey, cancellationToken);

    /// <summary>Changes a phone number, all but the number itself.</summary>
    public Task<PhoneNumber> UpdateAsync(string phoneNumberId, UpdatePhoneNumberRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdatePhoneNumber, Operations.UpdatePhoneNumber.At(phoneNumberId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a phone number.</summary>
    public Task DeleteAsync(string phoneNumberId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeletePhoneNumber, Operations.DeletePhoneNumber.At(phoneNumberId), cancellationToken);

    /// <summary>All of the organization's phone numbers, newest first.</summary>
    public Task<IReadOnlyList<PhoneNumber>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListPhoneNumbers, Operations.ListPhoneNumbers.Path, query: null, cancellationToken);
}
