/**
 * SHA-256 of the CRD files, which their projects publish no checksums of: those of the files in their Go modules,
 * whose content the Go checksum database vouches for.
 */
export const gatewayApiCrdChecksums: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io_backendtlspolicies.yaml':
    '01bfe97770174544be25650f622d48a72eb7741d3b9533ab5f74e4a3ddd9db42',
  'gateway.networking.k8s.io_gatewayclasses.yaml':
    '697c559a096b68282fad8e393a135af265bc4fde85409928ea43454e69056df3',
  'gateway.networking.k8s.io_gateways.yaml':
    '8a5c5a8a9b86b2e77b86092cf878def81067452095ee4678b0b135731f3aa6b0',
  'gateway.networking.k8s.io_grpcroutes.yaml':
    '6e7d8fbcab62365c384e96c82cdf6710c397c1328f4f78023eeca0f77fa79928',
  'gateway.networking.k8s.io_httproutes.yaml':
    'a51ad665756cc6c0ab49cfbda9f39f5a69e3c01ae758a09c2f728671403f1606',
  'gateway.networking.k8s.io_referencegrants.yaml':
    'a81dcc705567dcd5da24fcb43f3b5acc24a8591c9fad8a69b54762069c5e86c3',
  'gateway.networking.k8s.io_tcproutes.yaml':
    '395ccacf611027cd839f4193a5a1cb54f55455a5e88b3a599f5804cbe5b72b87',
  'gateway.networking.k8s.io_tlsroutes.yaml':
    '2bc865fedfc13c4f555e14b50cc27e703a54103e011daf653aae51f733ecae3a',
  'gateway.networking.k8s.io_udproutes.yaml':
    '65a9e4d00243d25db61cfc7c58c862af79b0f2ea8319b92f8232289ee08b4512',
  'gateway.networking.x-k8s.io_xbackendtrafficpolicies.yaml':
    '8e4389b330541cc8d9b5fdba058254a06ce8a349d65387086c66342475f2b429',
  'gateway.networking.x-k8s.io_xlistenersets.yaml':
    'bd90a9c51c7dc470c7d16df70ecacdccad53b19f98b6c7f61ee33357e45810b0',
};

export const contourCrdChecksum = 'c02ed88146211c84edcafb718191f403ab35d8a9c6593bdc244338d20e8461b2';

export const prometheusOperatorCrdChecksums: Readonly<Record<string, string>> = {
  'monitoring.coreos.com_podmonitors.yaml':
    '8ce88c52c51209993511cae093089c9525f5552def88119e3f559123ee9d454b',
  'monitoring.coreos.com_prometheusrules.yaml':
    '98fd16c9ab79fba8dcd6ef62c957c98cd6546ab74ce0a4ecf09ddf2fda03020e',
  'monitoring.coreos.com_servicemonitors.yaml':
    '1dae27b7189b5ce7b9ab764656c18b4c75a45cde1e6f3af6a5e84c4317628919',
};
