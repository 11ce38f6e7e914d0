/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_EAPTYPES_H
#define XEAP_EAPTYPES_H

#include <xeap/wintypes.h>

/*
 * The types that EAPHost's interfaces share, under their published names: layouts and numbers are
 * those of 64-bit Windows.
 */

/** Flags of a session; xeap/host.h says which mean something here. */
#define EAP_FLAG_Reserved1 0x00000001
#define EAP_FLAG_NON_INTERACTIVE 0x00000002
#define EAP_FLAG_LOGON 0x00000004
#define EAP_FLAG_PREVIEW 0x00000008
#define EAP_FLAG_Reserved2 0x00000010
#define EAP_FLAG_MACHINE_AUTH 0x00000020
#define EAP_FLAG_GUEST_ACCESS 0x00000040
#define EAP_FLAG_Reserved3 0x00000080
#define EAP_FLAG_Reserved4 0x00000100
#define EAP_FLAG_RESUME_FROM_HIBERNATE 0x00000200
#define EAP_FLAG_Reserved5 0x00000400
#define EAP_FLAG_Reserved6 0x00000800
#define EAP_FLAG_FULL_AUTH 0x00001000
#define EAP_FLAG_PREFER_ALT_CREDENTIALS 0x00002000
#define EAP_FLAG_Reserved7 0x00004000
#define EAP_PEER_FLAG_HEALTH_STATE_CHANGE 0x00008000
#define EAP_FLAG_SUPRESS_UI 0x00010000
#define EAP_FLAG_PRE_LOGON 0x00020000
#define EAP_FLAG_USER_AUTH 0x00040000
#define EAP_FLAG_CONFG_READONLY 0x00080000
#define EAP_FLAG_Reserved8 0x00100000
#define EAP_FLAG_Reserved9 0x00400000
#define EAP_FLAG_VPN 0x00800000
#define EAP_FLAG_ONLY_EAP_TLS 0x01000000
#define EAP_FLAG_SERVER_VALIDATION_REQUIRED 0x02000000
#define EAP_PEER_FLAG_GUEST_ACCESS EAP_FLAG_GUEST_ACCESS

typedef struct _EAP_TYPE {
	BYTE type;
	DWORD dwVendorId;   /**< 0 unless type is 254 */
	DWORD dwVendorType; /**< 0 unless type is 254 */
} EAP_TYPE;

typedef struct _EAP_METHOD_TYPE {
	EAP_TYPE eapType;
	DWORD dwAuthorId;
} EAP_METHOD_TYPE;

/** Freed once, with EapHostPeerFreeEapError() or EapHostPeerFreeErrorMemory(), strings and all. */
typedef struct _EAP_ERROR {
	DWORD dwWinError; /**< what the function returned */
	EAP_METHOD_TYPE type;
	DWORD dwReasonCode; /**< more exact than dwWinError where known */
	GUID rootCauseGuid;
	GUID repairGuid;
	GUID helpLinkGuid;
	LPWSTR pRootCauseString;
	LPWSTR pRepairString;
} EAP_ERROR;

/** RADIUS attribute numbers, and EAPHost's own from 8096 on. */
typedef enum _EAP_ATTRIBUTE_TYPE {
	eatReserved = -1,
	eatMinimum = 0,
	eatUserName = 1,
	eatUserPassword = 2,
	eatMD5CHAPPassword = 3,
	eatNASIPAddress = 4,
	eatNASPort = 5,
	eatServiceType = 6,
	eatFramedProtocol = 7,
	eatFramedIPAddress = 8,
	eatFramedIPNetmask = 9,
	eatFramedRouting = 10,
	eatFilterId = 11,
	eatFramedMTU = 12,
	eatFramedCompression = 13,
	eatLoginIPHost = 14,
	eatLoginService = 15,
	eatLoginTCPPort = 16,
	eatUnassigned17 = 17,
	eatReplyMessage = 18,
	eatCallbackNumber = 19,
	eatCallbackId = 20,
	eatUnassigned21 = 21,
	eatFramedRoute = 22,
	eatFramedIPXNetwork = 23,
	eatState = 24,
	eatClass = 25,
	eatVendorSpecific = 26,
	eatSessionTimeout = 27,
	eatIdleTimeout = 28,
	eatTerminationAction = 29,
	eatCalledStationId = 30,
	eatCallingStationId = 31,
	eatNASIdentifier = 32,
	eatProxyState = 33,
	eatLoginLATService = 34,
	eatLoginLATNode = 35,
	eatLoginLATGroup = 36,
	eatFramedAppleTalkLink = 37,
	eatFramedAppleTalkNetwork = 38,
	eatFramedAppleTalkZone = 39,
	eatAcctStatusType = 40,
	eatAcctDelayTime = 41,
	eatAcctInputOctets = 42,
	eatAcctOutputOctets = 43,
	eatAcctSessionId = 44,
	eatAcctAuthentic = 45,
	eatAcctSessionTime = 46,
	eatAcctInputPackets = 47,
	eatAcctOutputPackets = 48,
	eatAcctTerminateCause = 49,
	eatAcctMultiSessionId = 50,
	eatAcctLinkCount = 51,
	eatAcctEventTimeStamp = 55,
	eatMD5CHAPChallenge = 60,
	eatNASPortType = 61,
	eatPortLimit = 62,
	eatLoginLATPort = 63,
	eatTunnelType = 64,
	eatTunnelMediumType = 65,
	eatTunnelClientEndpoint = 66,
	eatTunnelServerEndpoint = 67,
	eatARAPPassword = 70,
	eatARAPFeatures = 71,
	eatARAPZoneAccess = 72,
	eatARAPSecurity = 73,
	eatARAPSecurityData = 74,
	eatPasswordRetry = 75,
	eatPrompt = 76,
	eatConnectInfo = 77,
	eatConfigurationToken = 78,
	eatEAPMessage = 79,
	eatSignature = 80,
	eatARAPChallengeResponse = 84,
	eatAcctInterimInterval = 85,
	eatNASIPv6Address = 95,
	eatFramedInterfaceId = 96,
	eatFramedIPv6Prefix = 97,
	eatLoginIPv6Host = 98,
	eatFramedIPv6Route = 99,
	eatFramedIPv6Pool = 100,
	eatARAPGuestLogon = 8096,
	eatCertificateOID = 8097,
	eatEAPConfiguration = 8098,
	eatPEAPEmbeddedEAPTypeId = 8099,
	eatPEAPFastRoamedSession = 8100,
	eatFastRoamedSession = 8100,
	eatEAPTLV = 8102,
	eatCredentialsChanged = 8103,
	eatInnerEapMethodType = 8104,
	eatClearTextPassword = 8107,
	eatQuarantineSoH = 8150,
	eatCertificateThumbprint = 8250,
	eatPeerId = 9000,
	eatServerId = 9001,
	eatMethodId = 9002,
	eatEMSK = 9003,
	eatSessionId = 9004
} EAP_ATTRIBUTE_TYPE, EapAttributeType;

/**
 * One attribute. The value of eatVendorSpecific begins with the vendor's SMI number in 4 bytes,
 * most significant first; then come, as in RFC 2865 §5.26, a byte with the vendor's type, one with
 * the length from that type on, and the data.
 */
typedef struct _EAP_ATTRIBUTE {
	EAP_ATTRIBUTE_TYPE eaType;
	DWORD dwLength; /**< bytes at pValue */
	BYTE *pValue;
} EAP_ATTRIBUTE, EapAttribute;

typedef struct _EAP_ATTRIBUTES {
	DWORD dwNumberOfAttributes;
	EAP_ATTRIBUTE *pAttribs;
} EAP_ATTRIBUTES, EapAttributes;

/* Properties of a method, as bits */
#define eapPropCipherSuiteNegotiation 0x00000001
#define eapPropMutualAuth 0x00000002
#define eapPropIntegrity 0x00000004
#define eapPropReplayProtection 0x00000008
#define eapPropConfidentiality 0x00000010
#define eapPropKeyDerivation 0x00000020
#define eapPropKeyStrength64 0x00000040
#define eapPropKeyStrength128 0x00000080
#define eapPropKeyStrength256 0x00000100
#define eapPropKeyStrength512 0x00000200
#define eapPropKeyStrength1024 0x00000400
#define eapPropDictionaryAttackResistance 0x00000800
#define eapPropFastReconnect 0x00001000
#define eapPropCryptoBinding 0x00002000
#define eapPropSessionIndependence 0x00004000
#define eapPropFragmentation 0x00008000
#define eapPropChannelBinding 0x00010000
#define eapPropNap 0x00020000
#define eapPropStandalone 0x00040000
#define eapPropMppeEncryption 0x00080000
#define eapPropTunnelMethod 0x00100000
#define eapPropSupportsConfig 0x00200000
#define eapPropCertifiedMethod 0x00400000
#define eapPropHiddenMethod 0x00800000
#define eapPropMachineAuth 0x01000000
#define eapPropUserAuth 0x02000000
#define eapPropIdentityPrivacy 0x04000000
#define eapPropMethodChaining 0x08000000
#define eapPropSharedStateEquivalence 0x10000000
#define eapPropReserved 0x80000000u

/** The same properties, as numbers: that of the bit. */
typedef enum _EAP_METHOD_PROPERTY_TYPE {
	emptPropCipherSuiteNegotiation = 0,
	emptPropMutualAuth = 1,
	emptPropIntegrity = 2,
	emptPropReplayProtection = 3,
	emptPropConfidentiality = 4,
	emptPropKeyDerivation = 5,
	emptPropKeyStrength64 = 6,
	emptPropKeyStrength128 = 7,
	emptPropKeyStrength256 = 8,
	emptPropKeyStrength512 = 9,
	emptPropKeyStrength1024 = 10,
	emptPropDictionaryAttackResistance = 11,
	emptPropFastReconnect = 12,
	emptPropCryptoBinding = 13,
	emptPropSessionIndependence = 14,
	emptPropFragmentation = 15,
	emptPropChannelBinding = 16,
	emptPropNap = 17,
	emptPropStandalone = 18,
	emptPropMppeEncryption = 19,
	emptPropTunnelMethod = 20,
	emptPropSupportsConfig = 21,
	emptPropCertifiedMethod = 22,
	emptPropHiddenMethod = 23,
	emptPropMachineAuth = 24,
	emptPropUserAuth = 25,
	emptPropIdentityPrivacy = 26,
	emptPropMethodChaining = 27,
	emptPropSharedStateEquivalence = 28,
	emptLegacyMethodPropertyFlag = 31,
	emptPropVendorSpecific = 255
} EAP_METHOD_PROPERTY_TYPE;

typedef enum _EAP_METHOD_PROPERTY_VALUE_TYPE {
	empvtBool = 0,
	empvtDword = 1,
	empvtString = 2
} EAP_METHOD_PROPERTY_VALUE_TYPE;

typedef struct _EAP_METHOD_PROPERTY_VALUE_BOOL {
	DWORD length;
	BOOL value;
} EAP_METHOD_PROPERTY_VALUE_BOOL;

typedef struct _EAP_METHOD_PROPERTY_VALUE_DWORD {
	DWORD length;
	DWORD value;
} EAP_METHOD_PROPERTY_VALUE_DWORD;

typedef struct _EAP_METHOD_PROPERTY_VALUE_STRING {
	DWORD length;
	BYTE *value;
} EAP_METHOD_PROPERTY_VALUE_STRING;

typedef union _EAP_METHOD_PROPERTY_VALUE {
	EAP_METHOD_PROPERTY_VALUE_BOOL empvBool;
	EAP_METHOD_PROPERTY_VALUE_DWORD empvDword;
	EAP_METHOD_PROPERTY_VALUE_STRING empvString;
} EAP_METHOD_PROPERTY_VALUE;

typedef struct _EAP_METHOD_PROPERTY {
	EAP_METHOD_PROPERTY_TYPE eapMethodPropertyType;
	EAP_METHOD_PROPERTY_VALUE_TYPE eapMethodPropertyValueType;
	EAP_METHOD_PROPERTY_VALUE eapMethodPropertyValue;
} EAP_METHOD_PROPERTY;

typedef struct _EAP_METHOD_PROPERTY_ARRAY {
	DWORD dwNumberOfProperties;
	EAP_METHOD_PROPERTY *pMethodProperty;
} EAP_METHOD_PROPERTY_ARRAY;

typedef struct _EAP_METHOD_INFO {
	EAP_METHOD_TYPE eaptype;
	LPWSTR pwszAuthorName;
	LPWSTR pwszFriendlyName;
	DWORD eapProperties; /**< eapProp… */
	struct _EAP_METHOD_INFO *pInnerMethodInfo;
} EAP_METHOD_INFO;

typedef struct _EAP_METHOD_INFO_ARRAY {
	DWORD dwNumberOfMethods;
	EAP_METHOD_INFO *pEapMethods;
} EAP_METHOD_INFO_ARRAY;

typedef struct _EAP_METHOD_INFO_ARRAY_EX {
	DWORD dwNumberOfMethods;
	struct _EAP_METHOD_INFO_EX *pEapMethods;
} EAP_METHOD_INFO_ARRAY_EX;

typedef struct _EAP_METHOD_INFO_EX {
	EAP_METHOD_TYPE eaptype;
	LPWSTR pwszAuthorName;
	LPWSTR pwszFriendlyName;
	DWORD eapProperties;
	EAP_METHOD_INFO_ARRAY_EX *pInnerMethodInfoArray;
} EAP_METHOD_INFO_EX;

/* What a person types */
#define EAP_CREDENTIAL_VERSION 1
#define EAP_INTERACTIVE_UI_DATA_VERSION 1
#define EAPHOST_PEER_API_VERSION 1
#define EAPHOST_METHOD_API_VERSION 1
#define MAX_EAP_CONFIG_INPUT_FIELD_LENGTH 256	     /**< characters of a label */
#define MAX_EAP_CONFIG_INPUT_FIELD_VALUE_LENGTH 1024 /**< characters of a value */

#define EAP_CONFIG_INPUT_FIELD_PROPS_DEFAULT 0x00000000
#define EAP_CONFIG_INPUT_FIELD_PROPS_NON_DISPLAYABLE 0x00000001
#define EAP_CONFIG_INPUT_FIELD_PROPS_NON_PERSIST 0x00000002
#define EAP_UI_INPUT_FIELD_PROPS_DEFAULT EAP_CONFIG_INPUT_FIELD_PROPS_DEFAULT
#define EAP_UI_INPUT_FIELD_PROPS_NON_DISPLAYABLE EAP_CONFIG_INPUT_FIELD_PROPS_NON_DISPLAYABLE
#define EAP_UI_INPUT_FIELD_PROPS_NON_PERSIST EAP_CONFIG_INPUT_FIELD_PROPS_NON_PERSIST
#define EAP_UI_INPUT_FIELD_PROPS_READ_ONLY 0x00000004

typedef enum _EAP_CONFIG_INPUT_FIELD_TYPE {
	EapConfigInputUsername = 0,
	EapConfigInputPassword = 1,
	EapConfigInputNetworkUsername = 2,
	EapConfigInputNetworkPassword = 3,
	EapConfigInputPin = 4,
	EapConfigInputPSK = 5,
	EapConfigInputEdit = 6,
	EapConfigSmartCardUsername = 7,
	EapConfigSmartCardError = 8
} EAP_CONFIG_INPUT_FIELD_TYPE, *PEAP_CONFIG_INPUT_FIELD_TYPE;

typedef struct _EAP_CONFIG_INPUT_FIELD_DATA {
	DWORD dwSize; /**< of this struct */
	EAP_CONFIG_INPUT_FIELD_TYPE Type;
	DWORD dwFlagProps;
	LPWSTR pwszLabel;
	LPWSTR pwszData;
	DWORD dwMinDataLength; /**< in characters */
	DWORD dwMaxDataLength;
} EAP_CONFIG_INPUT_FIELD_DATA, *PEAP_CONFIG_INPUT_FIELD_DATA;

typedef struct _EAP_CONFIG_INPUT_FIELD_ARRAY {
	DWORD dwVersion;
	DWORD dwNumberOfFields;
	EAP_CONFIG_INPUT_FIELD_DATA *pFields;
} EAP_CONFIG_INPUT_FIELD_ARRAY, *PEAP_CONFIG_INPUT_FIELD_ARRAY;

typedef enum _EAP_INTERACTIVE_UI_DATA_TYPE {
	EapCredReq = 0,
	EapCredResp = 1,
	EapCredExpiryReq = 2,
	EapCredExpiryResp = 3,
	EapCredLogonReq = 4,
	EapCredLogonResp = 5
} EAP_INTERACTIVE_UI_DATA_TYPE;

typedef EAP_CONFIG_INPUT_FIELD_ARRAY EAP_CRED_REQ;
typedef EAP_CONFIG_INPUT_FIELD_ARRAY EAP_CRED_RESP;
typedef EAP_CONFIG_INPUT_FIELD_ARRAY EAP_CRED_LOGON_REQ;
typedef EAP_CONFIG_INPUT_FIELD_ARRAY EAP_CRED_LOGON_RESP;

typedef struct _EAP_CRED_EXPIRY_REQ {
	EAP_CONFIG_INPUT_FIELD_ARRAY curCreds;
	EAP_CONFIG_INPUT_FIELD_ARRAY newCreds;
} EAP_CRED_EXPIRY_REQ;

typedef EAP_CRED_EXPIRY_REQ EAP_CRED_EXPIRY_RESP;

typedef union _EAP_UI_DATA_FORMAT {
	EAP_CRED_REQ *credData;
	EAP_CRED_EXPIRY_REQ *credExpiryData;
	EAP_CRED_LOGON_REQ *credLogonData;
} EAP_UI_DATA_FORMAT;

typedef struct _EAP_INTERACTIVE_UI_DATA {
	DWORD dwVersion;
	DWORD dwSize; /**< of this struct */
	EAP_INTERACTIVE_UI_DATA_TYPE dwDataType;
	DWORD cbUiData; /**< bytes of what pbUiData points at */
	EAP_UI_DATA_FORMAT pbUiData;
} EAP_INTERACTIVE_UI_DATA;

/* An EAP packet */
typedef enum _EapCode {
	EapCodeMinimum = 1,
	EapCodeRequest = 1,
	EapCodeResponse = 2,
	EapCodeSuccess = 3,
	EapCodeFailure = 4,
	EapCodeMaximum = EapCodeFailure
} EapCode;

typedef struct _EapPacket {
	BYTE Code;
	BYTE Id;
	BYTE Length[2]; /**< most significant byte first */
	BYTE Data[1];
} EapPacket, *PEapPacket;

typedef DWORD EAP_SESSIONID;
typedef void *EAP_SESSION_HANDLE;

#endif
