#pragma once

// The calls of libsrtp 3 that mediasoup's worker makes, over libsrtp 2. What differs between the two:
// - a policy is an opaque object with setters (a plain struct in 2);
// - protecting and unprotecting go from one buffer to another (in place in 2).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <srtp2/srtp.h>

struct PolicyOfSrtp3
{
  ::srtp_policy_t inner{};
  // libsrtp 2 keeps a pointer to key and salt, so they live as long as the policy: 32 bytes and 14 at most.
  std::uint8_t keyAndSalt[64]{};
};

// From here on the name means what it means in libsrtp 3.
#define srtp_policy_t PolicyOfSrtp3*

// Errors that libsrtp 2 never reports; the worker has a text for each.
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

inline srtp_err_status_t srtp_policy_create(PolicyOfSrtp3** policy)
{
  *policy = new PolicyOfSrtp3;
  return srtp_err_status_ok;
}

inline void srtp_policy_destroy(PolicyOfSrtp3* policy)
{
  delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(PolicyOfSrtp3* policy, srtp_ssrc_t ssrc)
{
  policy->inner.ssrc = ssrc;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(PolicyOfSrtp3* policy, srtp_profile_t profile)
{
  const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->inner.rtp, profile);
  if (status != srtp_err_status_ok)
  {
    return status;
  }
  return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->inner.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  PolicyOfSrtp3* policy,
  const std::uint8_t* key,
  std::size_t keyLength,
  const std::uint8_t* salt,
  std::size_t saltLength,
  const std::uint8_t* /*mki*/,
  std::size_t /*mkiLength*/)
{
  if (keyLength + saltLength > sizeof(policy->keyAndSalt))
  {
    return srtp_err_status_bad_param;
  }
  std::memcpy(policy->keyAndSalt, key, keyLength);
  std::memcpy(policy->keyAndSalt + keyLength, salt, saltLength);
  policy->inner.key = policy->keyAndSalt;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(PolicyOfSrtp3* policy, bool isAllowed)
{
  policy->inner.allow_repeat_tx = isAllowed ? 1 : 0;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(PolicyOfSrtp3* policy, std::size_t packets)
{
  policy->inner.window_size = packets;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, PolicyOfSrtp3* policy)
{
  return ::srtp_create(session, &policy->inner);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc)
{
  return ::srtp_remove_stream(session, ssrc);
}

namespace srtp3
{
  using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

  inline srtp_err_status_t fromOneBufferToAnother(
    InPlace transform,
    srtp_t session,
    const std::uint8_t* in,
    std::size_t inLength,
    std::uint8_t* out,
    std::size_t* outLength)
  {
    // The worker hands over the same buffer twice where it wants the packet changed in place.
    if (in != out)
    {
      std::memcpy(out, in, inLength);
    }
    int length        = static_cast<int>(inLength);
    const auto status = transform(session, out, &length);
    if (status == srtp_err_status_ok)
    {
      *outLength = static_cast<std::size_t>(length);
    }
    return status;
  }
} // namespace srtp3

inline srtp_err_status_t srtp_protect(
  srtp_t session,
  const std::uint8_t* in,
  std::size_t inLength,
  std::uint8_t* out,
  std::size_t* outLength,
  std::size_t /*mkiIndex*/)
{
  return srtp3::fromOneBufferToAnother(&::srtp_protect, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session,
  const std::uint8_t* in,
  std::size_t inLength,
  std::uint8_t* out,
  std::size_t* outLength,
  std::size_t /*mkiIndex*/)
{
  return srtp3::fromOneBufferToAnother(&::srtp_protect_rtcp, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const std::uint8_t* in, std::size_t inLength, std::uint8_t* out, std::size_t* outLength)
{
  return srtp3::fromOneBufferToAnother(&::srtp_unprotect, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const std::uint8_t* in, std::size_t inLength, std::uint8_t* out, std::size_t* outLength)
{
  return srtp3::fromOneBufferToAnother(&::srtp_unprotect_rtcp, session, in, inLength, out, outLength);
}
